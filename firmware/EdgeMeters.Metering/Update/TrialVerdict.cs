namespace EdgeMeters.Metering.Update;

/// <summary>How the trial of an application stands.</summary>
public enum TrialVerdict : byte
{
    /// <summary>Not decided yet.</summary>
    Open = 0,

    /// <summary>Had its healthy hour: confirm it.</summary>
    Healthy = 1,

    /// <summary>Will not have it, or has waited too long: restart, and the loader goes back.</summary>
    Failed = 2,
}
