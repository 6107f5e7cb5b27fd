namespace EdgeMeters.Metering.Update;

/// <summary>How far an image in a slot has come. States only move down this list, but for a new image.</summary>
public enum ImageState : byte
{
    /// <summary>No image, a damaged one, or none for this node.</summary>
    None = 0,

    /// <summary>Written whole; the next start tries it.</summary>
    Waiting = 1,

    /// <summary>Was started once. If it is not the one that runs, it did not have its healthy hour.</summary>
    OnTrial = 2,

    /// <summary>Had its healthy hour.</summary>
    Confirmed = 3,

    /// <summary>Did not, could not be loaded, or is not authentic. Never started again.</summary>
    Failed = 4,
}
