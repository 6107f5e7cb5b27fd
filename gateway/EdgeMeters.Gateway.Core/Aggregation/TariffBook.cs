namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>The tariffs of the configuration.</summary>
/// <param name="tariffs">Each with a name of its own.</param>
public sealed class TariffBook(IReadOnlyList<Tariff> tariffs)
{
    /// <summary>Tariffs in one configuration; each takes half a megabyte.</summary>
    public const int TariffsMax = 100;

    public static TariffBook Empty { get; } = new([]);

    /// <summary>All of them, by their names.</summary>
    public IReadOnlyList<Tariff> All { get; } = [.. tariffs.OrderBy(t => t.Name, StringComparer.Ordinal)];

    /// <summary>The tariff of this name; without a name, the only one. Null when there is none.</summary>
    public Tariff? Find(string? name) => name == null
        ? All.Count == 1 ? All[0] : null
        : All.FirstOrDefault(t => t.Name == name);
}
