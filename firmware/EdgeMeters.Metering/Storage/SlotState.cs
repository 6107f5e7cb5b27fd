namespace EdgeMeters.Metering.Storage;

/// <summary>What a slot holds.</summary>
public enum SlotState : byte
{
    /// <summary>No document: never written, given up, or a write that did not come to its end.</summary>
    Empty = 0,

    /// <summary>A document whose every byte is as it was written.</summary>
    Whole = 1,

    /// <summary>A head that is neither whole nor empty: damage, or a power cut within a write.</summary>
    HeadDamaged = 2,

    /// <summary>A whole head, so a document was written; its body is not the one that was.</summary>
    BodyDamaged = 3,
}
