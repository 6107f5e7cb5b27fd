namespace EdgeMeters.Gateway.Store;

/// <summary>An entry of the log is no longer what it was when it was taken.</summary>
internal sealed class LogDamagedException(LogEntry entry)
    : Exception($"entry {entry.Number} of the log ({entry.Kind} of {(entry.Node.Length > 0 ? entry.Node : "the gateway")}) is damaged.");
