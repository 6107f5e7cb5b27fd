namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>The tables of which a tariff is made.</summary>
public enum TariffTable
{
    Rows = 0,
    Dates = 1,
}
