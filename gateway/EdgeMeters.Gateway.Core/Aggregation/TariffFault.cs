namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>What is wrong with a tariff.</summary>
/// <param name="Table">The table …</param>
/// <param name="Row">… and the row in it, from 0 in the order in which they were given; -1 for what no row says.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="OtherRow">The row of the same table that it is at odds with; -1 for none.</param>
public readonly record struct TariffFault(TariffTable Table, int Row, string Text, string Remedy, int OtherRow = -1);
