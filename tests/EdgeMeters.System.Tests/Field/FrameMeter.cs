using EdgeMeters.Bench;

namespace EdgeMeters.SystemTests.Field;

/// <summary>A pseudo-terminal that answers requests as a published exchange does. What it has no answer for, it is silent to.</summary>
internal sealed class FrameMeter : IDisposable
{
    private const int PollMs = 10;

    private readonly PseudoTerminal _terminal = new();
    private readonly Func<byte[], byte[]?> _answer;
    private readonly Thread _thread;
    private volatile bool _isClosed;

    public FrameMeter(Func<byte[], byte[]?> answer)
    {
        _answer = answer;
        _thread = new Thread(Serve);
        _thread.Start();
    }

    public string Port => _terminal.Path;

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    /// <summary>Answers by request, FE left out of both sides' comparison.</summary>
    public static FrameMeter Of(params (string Request, string Answer)[] exchanges) => new(request =>
        exchanges.Where(e => Bytes(e.Request).AsSpan().SequenceEqual(Bare(request))).Select(e => Bytes(e.Answer)).FirstOrDefault());

    /// <summary>A CJ/T 188 meter: the number that each request bears comes back in its answer, and goes into the sum.</summary>
    public static FrameMeter OfCjt188(string answer) => new(request =>
    {
        byte[] bare = Bare(request);
        byte[] frame = Bytes(answer);
        frame[13] = bare[13];
        frame[^2] = (byte)frame[..^2].Sum(b => b);
        return bare.Length == 16 && bare.AsSpan(1, 8).SequenceEqual(frame.AsSpan(1, 8)) ? frame : null;
    });

    public void Dispose()
    {
        _isClosed = true;
        _thread.Join();
        _terminal.Dispose();
    }

    private static byte[] Bare(byte[] frame) => [.. frame.SkipWhile(b => b == 0xFE)];

    private void Serve()
    {
        byte[] buffer = new byte[512];
        int count = 0;
        while (!_isClosed)
        {
            int read = _terminal.Read(buffer.AsSpan(count), PollMs);
            count += read;
            if (read > 0 || count == 0)
                continue;
            // A request has ended when nothing follows it.
            byte[]? answer = _answer(buffer[..count]);
            count = 0;
            if (answer != null)
                _terminal.Write(answer);
        }
    }
}
