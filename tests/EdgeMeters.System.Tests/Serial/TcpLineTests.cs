using System.Net;
using System.Net.Sockets;
using EdgeMeters.HostNode;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.SystemTests.Serial;

/// <summary>The line behind a TCP connection, against real sockets.</summary>
public sealed class TcpLineTests : IDisposable
{
    private const int PatienceMs = 20_000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public TcpLineTests()
    {
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private LineAddress Here => LineAddress.Parse($"rtu+tcp://127.0.0.1:{Port}");

    [Fact]
    public void Every_byte_comes_through_unchanged_in_both_directions()
    {
        using TcpLine line = new(Here, 9600);
        using Socket converter = _listener.AcceptSocket();
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        line.Write(all, 0, all.Length);
        byte[] heard = new byte[256];
        for (int count = 0; count < heard.Length;)
            count += converter.Receive(heard, count, heard.Length - count, SocketFlags.None);
        Assert.Equal(all, heard);

        converter.Send(all);
        Array.Clear(heard);
        for (int count = 0; count < heard.Length;)
        {
            int more = line.Read(heard, count, heard.Length - count, PatienceMs);
            Assert.NotEqual(0, more);
            count += more;
        }
        Assert.Equal(all, heard);
    }

    [Fact]
    public void Silence_is_no_error_and_reading_allocates_nothing()
    {
        using TcpLine line = new(Here, 9600);
        using Socket converter = _listener.AcceptSocket();
        byte[] buffer = new byte[64];
        Assert.Equal(0, line.Read(buffer, 0, buffer.Length, 20));
        converter.Send([1, 2, 3]);
        Assert.NotEqual(0, line.Read(buffer, 0, 1, PatienceMs));

        // A collection that another thread causes counts what is left of this one's part of the heap: what is allocated would be in every round.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedByReading(line, buffer)));
    }

    [Fact]
    public void A_refused_connection_is_named_with_the_remedy()
    {
        LineAddress address = Here;
        _listener.Stop();
        DeviceException e = Assert.Throws<DeviceException>(() => new TcpLine(address, 9600));
        Assert.Contains($"rtu+tcp://127.0.0.1:{address.Port} cannot be reached", e.Message);
        Assert.Contains("nothing listens on its port", e.Message);
    }

    [Fact]
    public void A_name_that_is_not_known_is_named()
    {
        DeviceException e = Assert.Throws<DeviceException>(() => new TcpLine(LineAddress.Parse("tcp://no-such-meter.invalid"), 9600));
        Assert.Contains("'no-such-meter.invalid'", e.Message);
    }

    [Fact]
    public void A_converter_that_hangs_up_fails_reads_by_name()
    {
        using TcpLine line = new(Here, 9600);
        _listener.AcceptSocket().Dispose();
        DeviceException e = Assert.Throws<DeviceException>(() => line.Read(new byte[8], 0, 8, PatienceMs));
        Assert.Contains("closed the connection", e.Message);
    }

    [Fact]
    public void A_converter_that_came_back_is_connected_to_anew()
    {
        HostClock clock = new(TimeProvider.System, isTrusted: true);
        using ReopeningLine line = new(new SerialLineSettings($"rtu+tcp://127.0.0.1:{Port}"), clock, new HostEntropy());
        byte[] buffer = new byte[8];
        line.Write([1], 0, 1);
        using (Socket converter = _listener.AcceptSocket())
            Assert.Equal(1, converter.Receive(buffer));

        Assert.Throws<DeviceException>(() => line.Read(buffer, 0, buffer.Length, PatienceMs));
        Assert.Contains("closed the connection", line.LastError);
        // While the wait lasts every use throws at once; afterwards the line is opened again by itself.
        Assert.Throws<DeviceException>(() => line.Write([2], 0, 1));
        Deadline.Until(() => Record.Exception(() => line.Write([3], 0, 1)) == null, "the line is opened again");
        using Socket again = _listener.AcceptSocket();
        Assert.Equal(1, again.Receive(buffer));
        Assert.Equal(3, buffer[0]);
        Assert.Null(line.LastError);
    }

    [Theory]
    [InlineData("tcp://192.0.2.7", true, "192.0.2.7", 502)]
    [InlineData("tcp://meter:1502", true, "meter", 1502)]
    [InlineData("rtu+tcp://192.0.2.7:4196", false, "192.0.2.7", 4196)]
    [InlineData("rtu+tcp://[2001:db8::7]:4196", false, "2001:db8::7", 4196)]
    public void A_port_may_be_an_address(string text, bool isModbusTcp, string host, int port)
    {
        LineAddress address = LineAddress.Parse(text);
        Assert.Equal((isModbusTcp, host, port), (address.IsModbusTcp, address.Host, address.Port));
        Assert.Equal(address, LineAddress.Parse(address.ToString()));
    }

    [Theory]
    [InlineData("rtu+tcp://meter")]
    [InlineData("udp://meter:502")]
    [InlineData("tcp://")]
    [InlineData("tcp://meter:0")]
    [InlineData("tcp://meter:502/unit")]
    [InlineData("tcp://meter:70000")]
    [InlineData("/dev/ttyUSB0")]
    public void What_is_no_address_says_how_to_write_one(string text)
    {
        Assert.Contains("tcp://host:502", Assert.Throws<FormatException>(() => LineAddress.Parse(text)).Message);
    }

    private static long AllocatedByReading(TcpLine line, byte[] buffer)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            line.Read(buffer, 0, 1, 1);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
