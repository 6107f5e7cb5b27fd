namespace EdgeMeters.Gateway.Core;

/// <summary>The store can take nothing now. A state that passes: disk full, an I/O error, a file locked by another.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
