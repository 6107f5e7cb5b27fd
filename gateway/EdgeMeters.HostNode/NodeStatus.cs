namespace EdgeMeters.HostNode;

/// <summary>How a node is doing, for a line of text.</summary>
/// <param name="RowsAppended">Rows since start.</param>
/// <param name="BacklogRows">Rows that the gateway does not hold yet.</param>
/// <param name="BacklogEvents">Events that the gateway does not hold yet.</param>
/// <param name="IsConnected">True while there is a session with the gateway.</param>
/// <param name="BlocksReceived">Blocks with a receipt, since start.</param>
/// <param name="BlocksFailed">Blocks that had to be made again, since start.</param>
/// <param name="Errors">What is wrong at the moment: lines, pins, gateway.</param>
public sealed record NodeStatus(
    long RowsAppended, long BacklogRows, long BacklogEvents, bool IsConnected, long BlocksReceived, long BlocksFailed, IReadOnlyList<string> Errors)
{
    public override string ToString()
    {
        string line = $"rows {RowsAppended}, backlog {BacklogRows} rows {BacklogEvents} events, gateway {(IsConnected ? "connected" : "away")}, "
            + $"blocks {BlocksReceived} received {BlocksFailed} failed";
        return Errors.Count == 0 ? line : line + "; " + string.Join("; ", Errors);
    }
}
