namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>What a metering point measured held against those below it.</summary>
/// <param name="Parent">Its id.</param>
/// <param name="Children">Ids of the billing and sum points directly below it, which are added up.</param>
/// <param name="Lines">The parent against their sum, one line a period; none when it has no such children.</param>
/// <param name="Checks">Each of its check points against it alone.</param>
public sealed record Balance(
    string Parent, IReadOnlyList<string> Children, IReadOnlyList<BalanceLine> Lines, IReadOnlyList<CheckBalance> Checks);
