namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>What is wrong with one row of a registry.</summary>
/// <param name="Table">The table …</param>
/// <param name="Row">… and the row in it, from 0 in the order in which the rows were given.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="OtherRow">The row of the same table that it is at odds with; -1 for none.</param>
public readonly record struct RegistryFault(RegistryTable Table, int Row, string Text, string Remedy, int OtherRow = -1);
