namespace EdgeMeters.Metering.Bus;

/// <summary>How an exchange with a meter, or the reading of a register, ended. Only <see cref="Ok"/> carries a register. Told in events by its number.</summary>
public enum BusResult : byte
{
    Ok = 0,

    /// <summary>No complete answer in time.</summary>
    Timeout = 1,

    /// <summary>The frame's check does not match.</summary>
    BadChecksum = 2,

    /// <summary>An answer of another meter.</summary>
    WrongMeter = 3,

    /// <summary>An answer to another function.</summary>
    WrongFunction = 4,

    /// <summary>The length is not that of what was asked, or bytes follow the frame.</summary>
    WrongLength = 5,

    /// <summary>The meter refused; <see cref="BusMeter.RefusalCode"/> says why.</summary>
    Refused = 6,

    /// <summary>After a doubt no two readings were alike: which of them is a late or disturbed answer cannot be told.</summary>
    Unsteady = 7,

    /// <summary>An answer that names another register, or another request's number.</summary>
    WrongRegister = 8,

    /// <summary>The check matches, but the frame is none of its protocol.</summary>
    Malformed = 9,

    /// <summary>The meter answered well, but with what is no number: NaN, infinity, a null, no BCD, more than 63 bits.</summary>
    NotANumber = 10,

    /// <summary>The meter counts in another unit or with another scale than its profile says.</summary>
    WrongUnitOfMeasure = 11,

    /// <summary>The line does not fall silent: something babbles on it.</summary>
    LineBusy = 12,

    /// <summary>The line itself is gone: an adapter unplugged, a port not to be opened. The other lines go on.</summary>
    LineGone = 13,

    /// <summary>The answer does not hold the register.</summary>
    Absent = 14,

    /// <summary>Not asked: the interval's time ran out, or the meter has been silent for long and its turn is later.</summary>
    NotAsked = 15,

    /// <summary>No bus: the counter of a contact cannot be read.</summary>
    CounterGone = 16,

    /// <summary>No bus: more pulses came than the contact can make, and wait to be judged.</summary>
    PulsesPending = 17,

    /// <summary>Bytes are still missing; never the end of an exchange.</summary>
    Incomplete = 255,
}
