namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>What a metering point is for.</summary>
public enum PointKind
{
    /// <summary>A customer's, who is billed by it.</summary>
    Billing = 1,

    /// <summary>Measures, or stands for, what the points below it use together; not billed.</summary>
    Sum = 2,

    /// <summary>Measures once more what its parent measures; not billed, and left out where the points of a parent are added up.</summary>
    Check = 3,
}
