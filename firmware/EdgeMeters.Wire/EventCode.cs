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
}
