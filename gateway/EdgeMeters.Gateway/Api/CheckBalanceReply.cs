namespace EdgeMeters.Gateway.Api;

/// <summary>A point against one that measures it once more.</summary>
public sealed record CheckBalanceReply(string Point, IReadOnlyList<BalanceLineReply> Lines);
