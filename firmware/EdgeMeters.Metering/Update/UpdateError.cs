namespace EdgeMeters.Metering.Update;

/// <summary>Why an image, or a piece of one, was refused. An image is taken whole or not at all.</summary>
public enum UpdateError : byte
{
    None = 0,

    /// <summary>It does not begin as an image does: not made by the tool, or of another format version.</summary>
    NotAnImage = 1,

    /// <summary>Authenticated in a way that this node was not given.</summary>
    UnknownSuite = 2,

    /// <summary>A field of the head is outside its rule.</summary>
    BadHead = 3,

    /// <summary>Made for another node.</summary>
    WrongNode = 4,

    /// <summary>Made for another board.</summary>
    WrongBoard = 5,

    /// <summary>Built for other libraries or another interpreter than this node was flashed with; those change by cable only.</summary>
    WrongRuntime = 6,

    /// <summary>Not above the version that runs, or a confirmed one. To go back, give the older program a higher version.</summary>
    VersionNotHigher = 7,

    /// <summary>This version had its trial here and failed. Give the mended one, or the same one once more, a higher version.</summary>
    FailedBefore = 8,

    /// <summary>This very version is here and waits for its start.</summary>
    AlreadyHere = 9,

    /// <summary>Longer than a slot, or than the memory set aside to load it.</summary>
    TooLong = 10,

    /// <summary>This board has no memory to load an application into: it is updated by cable.</summary>
    NoMemoryToLoad = 11,

    /// <summary>The version that runs is on trial; the other slot holds what to go back to. Send again once it is confirmed.</summary>
    TrialRunning = 12,

    /// <summary>Bytes before these are missing: send on from the offset that the receiver names.</summary>
    OutOfOrder = 13,

    /// <summary>More bytes than the head announced.</summary>
    PastEnd = 14,

    /// <summary>The code is not the one of this node's update key: forged, damaged, or made with another key.</summary>
    MacMismatch = 15,

    /// <summary>The flash would not take it; what was there before is untouched.</summary>
    FlashRefused = 16,

    /// <summary>The chunk itself is malformed.</summary>
    BadChunk = 17,

    /// <summary>What it holds is not a row of whole assemblies, or too many: not made by the tool.</summary>
    NotAssemblies = 18,

    /// <summary>Of several assemblies one bears another version than the image: the interpreter might run it on those that were flashed by cable.</summary>
    AssemblyVersion = 19,
}
