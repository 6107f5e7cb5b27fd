namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>Who consumes at a metering point: by it limits are chosen.</summary>
public enum PointClass
{
    /// <summary>Not stated: the widest limits.</summary>
    Unstated = 0,

    /// <summary>A flat or a house.</summary>
    Household = 1,

    /// <summary>A firm, an office, a school.</summary>
    Firm = 2,

    /// <summary>A farm and its wells.</summary>
    Farm = 3,

    /// <summary>A part of the network: a feeder, a main, a substation.</summary>
    Network = 4,
}
