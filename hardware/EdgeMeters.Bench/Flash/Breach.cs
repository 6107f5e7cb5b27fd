namespace EdgeMeters.Bench.Flash;

/// <summary>Which promise was broken.</summary>
public enum Breach
{
    /// <summary>Something that was appended, and that nobody said was given up, is not there.</summary>
    Lost,

    /// <summary>Something is there twice, or a sequence was given twice.</summary>
    Doubled,

    /// <summary>Something is there that was never appended, or not as it was appended.</summary>
    Altered,

    /// <summary>Something took more than the bound that is stated for it.</summary>
    Unbounded,
}
