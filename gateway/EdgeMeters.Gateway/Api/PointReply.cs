using System.ComponentModel;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Api;

/// <summary>A metering point and the last that is known of it.</summary>
public sealed record PointReply(
    string Id,
    string Name,
    [property: Description("water, power, gas or heat.")] string Carrier,
    [property: Description("Serial number of the meter that serves the point.")] string MeterSerial,
    [property: Description("OBIS code of the register that is billed.")] string Register,
    [property: Description("Base unit of register and consumption: Wh, varh or L. Null until the meter was heard of.")] string? Unit,
    [property: Description("Length of the latest interval; 0 until there are two readings.")] int PeriodSeconds,
    [property: Description("Node that reads the meter. Null until it was heard of.")] string? Node,
    [property: Description("Latest interval. Null before the first reading.")] IntervalReply? Last)
{
    internal static PointReply Of(PointStatus status) => new(
        status.Point.Id, status.Point.Name, Symbols.Of(status.Point.Carrier), status.Point.MeterSerial, status.Point.Register,
        UnitOf(status), status.PeriodSeconds, status.Node, status.Last is { } last ? IntervalReply.Of(last) : null);

    /// <summary>Null until the meter was heard of.</summary>
    internal static string? UnitOf(PointStatus status) => status.Unit is null ? null : Symbols.Of(status.Unit);
}
