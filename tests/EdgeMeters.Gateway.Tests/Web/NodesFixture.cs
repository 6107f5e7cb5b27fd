using EdgeMeters.Wire;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>One service for tests that give commands: each takes a node of its own.</summary>
public sealed class NodesFixture : IAsyncLifetime
{
    private const int FreshNodes = 40;

    private WebUnderTest? _web;
    private int _taken;

    internal WebUnderTest Web => _web!;

    internal FakeTimeProvider Time { get; } = new(Street.End);

    public async ValueTask InitializeAsync() =>
        _web = await WebUnderTest.StartAsync(new MemoryQueries(), Time, ["a-heard", "b-silent", .. Enumerable.Range(1, FreshNodes).Select(NameOf)]);

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
            await _web.DisposeAsync();
    }

    /// <summary>A node that no other test has, and what is sent to it after its hello.</summary>
    internal (string Name, Queue<byte[]> Sent) Take(uint start, uint lastCommand = 0)
    {
        string name = NameOf(Interlocked.Increment(ref _taken));
        var sent = _web!.Hear(name, new Hello { StartNumber = start, Number = 1, LastCommand = lastCommand });
        sent.Clear();
        return (name, sent);
    }

    private static string NameOf(int number) => $"node-{number:00}";
}
