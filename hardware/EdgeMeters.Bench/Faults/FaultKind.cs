namespace EdgeMeters.Bench.Faults;

/// <summary>What can be wrong with a meter or its line. The range of each is in the unit that stands beside it.</summary>
public enum FaultKind
{
    /// <summary>The answer comes later than usual, by so many ms.</summary>
    Late,

    /// <summary>The meter is slow for good: each answer takes so many ms more. Drawn once, when the meter is made.</summary>
    Slow,

    /// <summary>The answer comes a second time, so many ms after its end; 0 is at once.</summary>
    Duplicate,

    /// <summary>So many bytes are missing, at the begin or at the end.</summary>
    Truncated,

    /// <summary>So many bits are turned, or they are a burst, or a byte is another: nothing that a CRC of 16 bits could miss up to 3.</summary>
    Corrupted,

    /// <summary>Another meter's answer instead of the own; the range means nothing.</summary>
    Foreign,

    /// <summary>Another master's request to a meter that is not ours, and its answer, begin so many ms after a request.</summary>
    OtherMaster,

    /// <summary>A refusal with a code from the range: for Modbus 1 to 4, 5 (acknowledge), 6 (busy).</summary>
    Exception,

    /// <summary>The meter begins to be silent, for so many seconds.</summary>
    Dead,

    /// <summary>The meter restarts: its registers begin again from 0, and it is silent for so many ms.</summary>
    Restart,

    /// <summary>Another meter is put in its place: other serial number, other registers; it is silent for so many ms.</summary>
    Exchange,

    /// <summary>The registers start so many counts before they roll over. Drawn once, when the meter is made.</summary>
    Rollover,

    /// <summary>The line gives back the request while it is sent; the range means nothing.</summary>
    Echo,

    /// <summary>So many bytes of noise, at any moment of the quarter of a second after a request.</summary>
    Noise,

    /// <summary>Bytes without end for so many ms.</summary>
    Babbler,
}
