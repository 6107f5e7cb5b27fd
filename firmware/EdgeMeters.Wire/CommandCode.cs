namespace EdgeMeters.Wire;

/// <summary>What a node can be told to do.</summary>
public enum CommandCode : byte
{
    /// <summary>Read every channel now, or the one named; each answer is an event <see cref="EventCode.RegisterRead"/>.</summary>
    ReadNow = 1,

    /// <summary>Send released readings again, as far as the journal still has them. A: first sequence. B: last one, 0 for all.</summary>
    Resend = 2,

    /// <summary>A: UTC in milliseconds. Refused where something else keeps the clock.</summary>
    SetClock = 3,

    /// <summary>Set a pulse channel's register to its meter's dial. A: the dial in pulses. B: the register as the sender believes it to be.</summary>
    AlignRegister = 4,

    /// <summary>Blink, so that a technician finds the device. A: seconds, 1 to 3600.</summary>
    Identify = 5,

    /// <summary>Keep everything and start again.</summary>
    Reboot = 6,

    /// <summary>Run the self-test; the answer is an event <see cref="EventCode.SelfTestDone"/>.</summary>
    SelfTest = 7,

    /// <summary>As <see cref="Resend"/>, for events.</summary>
    ResendEvents = 8,
}
