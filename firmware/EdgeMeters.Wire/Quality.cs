namespace EdgeMeters.Wire;

/// <summary>What the node knows of one reading. Mapped to IEC 61968-9 codes at the border, never inside.</summary>
public enum Quality : byte
{
    /// <summary>Read from the meter within the tolerance of the interval's end.</summary>
    Measured = 0,

    /// <summary>Held, but with a doubt that an event states: pulses possibly missed, more pulses than the standard allows.</summary>
    Suspect = 1,

    /// <summary>The meter gave no answer. No register comes with it; the gap is stated, not silent.</summary>
    Missing = 2,
}
