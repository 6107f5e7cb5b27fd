namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>What makes a leak likely.</summary>
public enum LeakRule
{
    /// <summary>In several nights running, the water never stood still between 02:00 and 04:00.</summary>
    NightFlow = 1,

    /// <summary>Water flowed in every one of 24 hours running.</summary>
    SteadyFlow = 2,
}
