namespace EdgeMeters.Gateway.Store;

/// <summary>An entry of the log and the hash of the chain through it. Noted elsewhere, it proves later that nothing up to it was changed.</summary>
/// <param name="Entry">Its number.</param>
/// <param name="Hash">64 hexadecimal digits; empty for a log without entries.</param>
public sealed record LogHead(long Entry, string Hash)
{
    public override string ToString() => $"{Entry}:{Hash}";
}
