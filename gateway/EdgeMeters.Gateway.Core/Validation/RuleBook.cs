using EdgeMeters.Gateway.Core.Registry;

namespace EdgeMeters.Gateway.Core.Validation;

/// <summary>The rules of every carrier and class: the usual ones, but for those that were set.</summary>
/// <param name="set">Those that were set.</param>
public sealed class RuleBook(IReadOnlyDictionary<(Carrier Carrier, PointClass Class), ValidationRules> set)
{
    /// <summary>The usual rules throughout.</summary>
    public static readonly RuleBook Usual = new(new Dictionary<(Carrier, PointClass), ValidationRules>());

    public ValidationRules Of(Carrier carrier, PointClass pointClass) =>
        set.TryGetValue((carrier, pointClass), out var rules) ? rules : ValidationRules.Of(carrier, pointClass);
}
