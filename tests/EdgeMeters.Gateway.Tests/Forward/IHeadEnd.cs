using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Forward;

/// <summary>A destination that can be away, and that counts what it got.</summary>
internal interface IHeadEnd : IAsyncDisposable
{
    /// <summary>A forwarder as a process that begins anew makes one. The one before was disposed of.</summary>
    IForwarder Connect();

    /// <summary>Keys as they lie at the head-end, in the order of arrival, repetitions too.</summary>
    Task<IReadOnlyList<string>> KeysAsync();

    /// <summary>Takes nothing any more, as if it were switched off.</summary>
    Task GoAwayAsync();

    Task ComeBackAsync();
}
