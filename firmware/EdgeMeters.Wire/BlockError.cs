namespace EdgeMeters.Wire;

/// <summary>Why a block was refused. A block is taken whole or not at all.</summary>
public enum BlockError : byte
{
    None = 0,

    /// <summary>Shorter than envelope and trailer.</summary>
    TooShort = 1,

    /// <summary>Longer than <see cref="Limits.BlockBytesMax"/>.</summary>
    TooLong = 2,

    /// <summary>First byte is not a format version this reader knows.</summary>
    UnknownFormat = 3,

    /// <summary>Not a kind that this reader takes.</summary>
    UnknownKind = 4,

    /// <summary>The suite byte names cryptography that this reader was not given.</summary>
    UnknownSuite = 5,

    /// <summary>CRC-32C does not match: damaged under way.</summary>
    CrcMismatch = 6,

    /// <summary>The authentication code is not the one of this node's key: forged, or sent under another node's name.</summary>
    MacMismatch = 7,

    /// <summary>A count is zero or above its limit, a time or sequence would overflow.</summary>
    BadHeader = 8,

    /// <summary>A quality is unknown, or its runs do not add up to the rows.</summary>
    BadQuality = 9,

    /// <summary>A register's encoding ends early, overflows 64 bits or is not the shortest one.</summary>
    BadRegister = 10,

    /// <summary>A layout's serial number, register code or scale is outside its limits.</summary>
    BadLayout = 11,

    /// <summary>An event is cut short, or names a channel that no node has.</summary>
    BadEvent = 12,

    /// <summary>Bytes are left over after the last field.</summary>
    TrailingBytes = 13,

    /// <summary>A field of a hello, time, command, configuration or admission is cut short or out of its range.</summary>
    BadField = 14,
}
