using System.Globalization;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Forward.MqttJson;

/// <summary>One interval as the head-end gets it. The format is explained in README.md beside this file: add members, never change one.</summary>
/// <param name="Key">Idempotency key: what comes twice comes with the same.</param>
/// <param name="End">End of the interval, ISO 8601 in UTC.</param>
/// <param name="Seconds">Length of the interval; 0 for the first reading of a meter.</param>
/// <param name="Value">The register at the end, in <paramref name="Unit"/>; null if missing.</param>
/// <param name="Consumption">In <paramref name="Unit"/>; null where it cannot be stated.</param>
/// <param name="Quality">Words of <see cref="QualityCodes"/>.</param>
/// <param name="QualityCodes">Codes of IEC 61968-9.</param>
/// <param name="Revision">Of two messages for one reading the higher counts.</param>
public sealed record IntervalMessage(
    string Key,
    string Point,
    string Name,
    string Carrier,
    string Meter,
    string Register,
    string End,
    long Seconds,
    long? Value,
    long? Consumption,
    string Unit,
    IReadOnlyList<string> Quality,
    IReadOnlyList<string> QualityCodes,
    long Revision,
    IntervalMessageId Id)
{
    public static IntervalMessage Of(ForwardItem item)
    {
        var (point, interval, id) = (item.Point, item.Interval, item.Interval.Id);
        return new IntervalMessage(
            item.Key,
            point.Id,
            point.Name,
            Symbols.Of(point.Carrier),
            point.MeterSerial,
            point.Register,
            UtcText.Of(interval.EndUtcSeconds),
            interval.Seconds,
            interval.Register,
            interval.Consumption,
            Symbols.Of(item.Unit),
            Core.QualityCodes.Words(interval.Quality),
            Core.QualityCodes.Codes(interval.Quality),
            item.Revision,
            new IntervalMessageId(id.Node, id.Epoch.ToString("x8", CultureInfo.InvariantCulture), id.Sequence, id.Channel));
    }
}
