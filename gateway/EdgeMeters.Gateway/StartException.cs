namespace EdgeMeters.Gateway;

/// <summary>The gateway cannot start, for a reason that its operator can mend. The message is all that they are shown.</summary>
public sealed class StartException : Exception
{
    public StartException(string message)
        : base(message)
    {
    }

    public StartException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
