namespace EdgeMeters.Benchmarks.Bus;

/// <summary>Someone who reads meters over a serial port.</summary>
internal interface IBusContender
{
    string Name { get; }

    /// <summary>Reads all of a list, round after round.</summary>
    /// <exception cref="IOException">It does not run; the message says why.</exception>
    IReadOnlyList<BusRound> Read(string port, int baudRate, int timeoutMs, IReadOnlyList<BusRead> reads, int rounds);
}
