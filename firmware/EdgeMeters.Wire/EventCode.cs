namespace EdgeMeters.Wire;

/// <summary>What happened on a node. The two numbers of an event mean what its code says.</summary>
public enum EventCode : byte
{
    /// <summary>The node started. A: seconds since the last record in its journal, -1 if its clock cannot tell. B: 1 if the journal was new.</summary>
    Started = 1,

    /// <summary>Pulses may be missing from a channel's register. A: the most that may be missing. B: the register as it went on.</summary>
    PulsesInDoubt = 2,

    /// <summary>A pulse input gave more than its contact can: counted edges wait for judgement. A: pulses. B: milliseconds.</summary>
    PulseRateExceeded = 3,

    /// <summary>The clock was set. A: UTC seconds before. B: UTC seconds after.</summary>
    ClockSet = 4,

    /// <summary>The journal was full of readings nobody had taken yet; the oldest were given up. A: first sequence. B: last sequence.</summary>
    JournalOverflow = 5,

    /// <summary>Sequences that will never come: damage in the journal. A: first sequence. B: last sequence.</summary>
    SequencesUnavailable = 6,

    /// <summary>A meter did not answer at an interval's end, having answered before. A: error of the last try.</summary>
    MeterSilent = 7,

    /// <summary>A silent meter answers again. A: intervals missed.</summary>
    MeterBack = 8,

    /// <summary>What runs since this start. A: version of the application. B: version of the configuration, 0 in the factory state.</summary>
    Running = 9,

    /// <summary>The node stops by its own will; a start without it came unforeseen. A: <see cref="RestartReason"/>.</summary>
    Stopping = 10,

    /// <summary>A signed command was carried out or refused. A: its number. B: 256 × its <see cref="CommandCode"/> + its <see cref="CommandOutcome"/>.</summary>
    CommandDone = 11,

    /// <summary>A register read on command, between intervals. A: the register in raw units. B: 0, or why there is none.</summary>
    RegisterRead = 12,

    /// <summary>A pulse register was set to its meter's dial. A: before. B: after, both in pulses.</summary>
    RegisterAligned = 13,

    /// <summary>A configuration came. A: its version. B: 0 stored, 1 confirmed by the gateway's first receipt under it, 2 reverted, 3 unreadable.</summary>
    Configuration = 14,

    /// <summary>The supply is failing; what was counted has been kept.</summary>
    SupplyFailing = 15,

    /// <summary>The supply is back without a restart. A: milliseconds it was failing.</summary>
    SupplyBack = 16,

    /// <summary>The self-test was run. A: lines passed. B: lines failed.</summary>
    SelfTestDone = 17,

    /// <summary>An application image. A: its version, or why it was refused. B: 0 stored, 1 on trial, 2 confirmed, 3 rolled back, 4 refused.</summary>
    Update = 18,

    /// <summary>A supervised cable to a meter's contact. A: 1 cut or shorted, 0 whole again. B: the register.</summary>
    CableCut = 20,

    /// <summary>A magnet holds both contacts of a dual reed, and with them the register. A: 1 it came, 0 it went. B: the register.</summary>
    MagneticTamper = 21,

    /// <summary>A meter's wheel turned back; the register waits until that much has come forward again. A: pulses behind, told at 1, 2, 4, 8 … B: the register.</summary>
    ReverseFlow = 22,

    /// <summary>
    /// A contact is closed far longer than its meter closes it, or one of two stands while the other moves: welded, shorted, cut off, or held by
    /// a magnet. A: 1 it is stuck, 0 it moves again. B: the register.
    /// </summary>
    ContactStuck = 23,
}
