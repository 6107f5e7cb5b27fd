namespace EdgeMeters.Gateway.Core.Validation;

/// <summary>Who consumes at a metering point: by it limits are chosen.</summary>
public enum PointClass
{
    /// <summary>A flat or a house.</summary>
    Household = 0,

    /// <summary>A firm, an office, a school.</summary>
    Firm = 1,

    /// <summary>A farm and its wells.</summary>
    Farm = 2,

    /// <summary>A part of the network: a feeder, a main, a substation.</summary>
    Network = 3,
}
