namespace EdgeMeters.Metering.Journal;

/// <summary>First byte of a journal record. None is 0xFF, which is erased flash.</summary>
internal static class RecordType
{
    /// <summary>The encoded layout; the first record of a sector, so that it can be understood alone; again where the first was damaged.</summary>
    public const byte Layout = 0x4C;

    /// <summary>Registers of all channels that are not in any row yet: the pulse inputs' protection against a restart.</summary>
    public const byte Checkpoint = 0x43;

    /// <summary>Readings of all channels at one interval end.</summary>
    public const byte Row = 0x52;

    public const byte Event = 0x45;

    /// <summary>How far the gateway has taken over custody.</summary>
    public const byte Release = 0x41;

    public static bool IsKnown(byte type)
    {
        return type == Layout || type == Checkpoint || type == Row || type == Event || type == Release;
    }
}
