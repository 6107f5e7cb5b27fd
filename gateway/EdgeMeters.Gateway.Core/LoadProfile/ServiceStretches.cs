using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>The stretches of a register that belong to a metering point: those within its service, and those to the registers stated at its begin and end.</summary>
/// <remarks>
/// A stretch over the begin of a service is divided where the register at that moment is stated. Where it is not, the stretch belongs to the service that
/// holds its end, as the interval does that is forwarded.
/// </remarks>
internal static class ServiceStretches
{
    public static IEnumerable<Stretch> Of(ServiceReadings known, ValidationRules rules)
    {
        var service = known.Service;
        var limits = new Limit(service, rules, known.Readings.Count > 0 ? known.Readings[0].Scale : new ChannelLayout());
        var course = RegisterChain.Of(known.Readings.Where(r => IsReadBy(service, r)), rules, service.MultiplierMillionths);
        foreach (var stretch in Within(service, course, limits))
            yield return Multiplied(stretch, service.MultiplierMillionths);
    }

    private static bool IsReadBy(Service service, RegisterReading reading) =>
        (service.Node.Length == 0 || service.Node == reading.Id.Node) && (service.Channel == null || service.Channel == reading.Id.Channel);

    private static IEnumerable<Stretch> Within(Service service, RegisterCourse course, Limit limits)
    {
        uint after = service.AfterUtcSeconds;
        uint through = service.ThroughUtcSeconds;
        if (course.First is not { } first || course.Last is not { } last)
        {
            if (service is { StartRegister: { } from, EndRegister: { } to })
                yield return Between(new(after, from), new(through, to), limits);
            yield break;
        }
        if (first.UtcSeconds > after && after > 0)
            yield return FromStart(service, first, limits);
        foreach (var stretch in course.Stretches)
        {
            if (Clip(stretch, service, limits) is { } part)
                yield return part;
        }
        if (last.UtcSeconds < through && last.UtcSeconds > after && through != Service.OpenEnd)
        {
            yield return service.EndRegister is { } register
                ? Between(last, new RegisterMark(through, register), limits)
                : Unknown(last.UtcSeconds, through, last.Register);
        }
    }

    private static Stretch FromStart(Service service, RegisterMark first, Limit limits)
    {
        uint end = Math.Min(first.UtcSeconds, service.ThroughUtcSeconds);
        var mark = first.UtcSeconds <= service.ThroughUtcSeconds ? first : new RegisterMark(end, service.EndRegister ?? first.Register);
        bool isKnown = service.StartRegister != null && (first.UtcSeconds <= service.ThroughUtcSeconds || service.EndRegister != null);
        return isKnown
            ? Between(new RegisterMark(service.AfterUtcSeconds, service.StartRegister!.Value), mark, limits)
            : Unknown(service.AfterUtcSeconds, end, mark.Register);
    }

    private static Stretch? Clip(Stretch stretch, Service service, Limit limits)
    {
        uint after = service.AfterUtcSeconds;
        uint through = service.ThroughUtcSeconds;
        if (stretch.EndUtcSeconds <= after || stretch.BeginUtcSeconds >= through)
            return null;
        var begin = new RegisterMark(stretch.BeginUtcSeconds, stretch.BeginRegister);
        var end = new RegisterMark(stretch.EndUtcSeconds, stretch.EndRegister);
        bool isBegunBefore = begin.UtcSeconds < after && service.StartRegister != null;
        bool isEndedAfter = end.UtcSeconds > through;
        if (isEndedAfter && service.EndRegister == null)
            return null;
        if (!isBegunBefore && !isEndedAfter)
            return stretch;
        if (isBegunBefore)
            begin = new RegisterMark(after, service.StartRegister!.Value);
        if (isEndedAfter)
            end = new RegisterMark(through, service.EndRegister!.Value);
        return Between(begin, end, limits);
    }

    // A register that a person wrote down is held to the same limit as one that was read.
    private static Stretch Between(RegisterMark begin, RegisterMark end, Limit limits)
    {
        long consumption = end.Register - begin.Register;
        long? limit = limits.Of((long)end.UtcSeconds - begin.UtcSeconds);
        if (consumption < 0 && limits.Turn > 0 && consumption + limits.Turn <= limit)
            consumption += limits.Turn;
        var finding = consumption < 0 ? Findings.Exchange : consumption > limit ? Findings.TooHigh : Findings.None;
        return new Stretch(begin.UtcSeconds, end.UtcSeconds, begin.Register, end.Register, finding == Findings.None ? consumption : null,
            IntervalQuality.Valid, finding);
    }

    private static Stretch Unknown(uint begin, uint end, long register) =>
        new(begin, end, register, register, null, IntervalQuality.Valid, Findings.RegisterUnknown);

    // The register is multiplied, not the difference: nothing is lost from one stretch to the next.
    private static Stretch Multiplied(Stretch stretch, long multiplierMillionths)
    {
        if (multiplierMillionths == Service.One || stretch.Consumption is not { } consumption)
            return stretch;
        return stretch with { Consumption = Multiply(stretch.BeginRegister + consumption, multiplierMillionths) - Multiply(stretch.BeginRegister, multiplierMillionths) };
    }

    private static long Multiply(long register, long multiplierMillionths)
    {
        Int128 product = (Int128)register * multiplierMillionths;
        Int128 quotient = product / Service.One;
        return (long)Int128.Clamp(product < 0 && quotient * Service.One != product ? quotient - 1 : quotient, long.MinValue, long.MaxValue);
    }

    /// <summary>The most that a service's register may count in a time.</summary>
    private sealed record Limit(Service Service, ValidationRules Rules, ChannelLayout Scale)
    {
        /// <summary>Base units at which it begins again from 0; 0 when that is not stated.</summary>
        public long Turn => IntervalJudge.Scale(Scale.Modulus, Scale);

        public long? Of(long seconds) => Rules.LimitOf(seconds, Service.MultiplierMillionths, Scale);
    }
}
