using System.Runtime.InteropServices;
using EdgeMeters.Bench;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.SystemTests.Serial;

/// <summary>The serial line against a real pseudo-terminal.</summary>
public class SerialPortLineTests
{
    private const int PatienceMs = 20_000;

    [Theory]
    [InlineData("8N1", 9600)]
    [InlineData("8E1", 2400)]
    [InlineData("8O1", 115200)]
    [InlineData("8N2", 19200)]
    public void Every_byte_comes_through_unchanged_in_both_directions(string framing, int baudRate)
    {
        using PseudoTerminal terminal = new();
        using SerialPortLine line = new(new SerialLineSettings(terminal.Path, baudRate, framing));
        Assert.Equal(baudRate, line.BaudRate);
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        line.Write(all, 0, all.Length);
        byte[] heard = new byte[256];
        for (int count = 0; count < heard.Length;)
        {
            int more = terminal.Read(heard.AsSpan(count), PatienceMs);
            Assert.NotEqual(0, more);
            count += more;
        }
        Assert.Equal(all, heard);

        terminal.Write(all);
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
    public void A_pseudo_terminal_goes_along_with_every_setting_in_any_order()
    {
        using PseudoTerminal terminal = new();
        foreach (string framing in (string[])["8E1", "8O1", "8N2", "8N1"])
            new SerialPortLine(new SerialLineSettings(terminal.Path, 9600, framing)).Dispose();
        using SerialPortLine line = new(new SerialLineSettings(terminal.Path));
        foreach (int baudRate in (int[])[9600, 2400, 2400, 300, 115200])
        {
            for (byte parity = 0; parity <= 2; parity++)
                line.Use(baudRate, parity, stopBits: 1);
            line.Use(baudRate, 0, stopBits: 2);
            Assert.Equal(baudRate, line.BaudRate);
        }
        byte[] buffer = new byte[1];
        terminal.Write([42]);
        Assert.Equal(1, line.Read(buffer, 0, 1, PatienceMs));
    }

    [Fact]
    public void More_bytes_than_the_ring_holds_arrive_in_order_once_somebody_reads()
    {
        using PseudoTerminal terminal = new();
        using SerialPortLine line = new(new SerialLineSettings(terminal.Path));
        const int total = 40_000;
        Thread sender = new(() =>
        {
            for (int sent = 0; sent < total; sent += 100)
            {
                // What finds no room is lost, so wait for each piece to be heard.
                byte[] piece = [.. Enumerable.Range(sent, 100).Select(i => (byte)(i % 251))];
                terminal.Write(piece);
                Deadline.Until(() => Volatile.Read(ref _heard) + 5000 > sent, "the reader falls behind");
            }
        });
        sender.Start();
        byte[] buffer = new byte[333];
        while (_heard < total)
        {
            int count = line.Read(buffer, 0, buffer.Length, PatienceMs);
            Assert.NotEqual(0, count);
            for (int i = 0; i < count; i++)
                Assert.Equal((byte)((_heard + i) % 251), buffer[i]);
            Volatile.Write(ref _heard, _heard + count);
        }
        sender.Join();
    }

    private int _heard;

    [Fact]
    public void Silence_is_no_error_and_reading_allocates_nothing()
    {
        using PseudoTerminal terminal = new();
        using SerialPortLine line = new(new SerialLineSettings(terminal.Path));
        byte[] buffer = new byte[64];
        Assert.Equal(0, line.Read(buffer, 0, buffer.Length, 20));
        terminal.Write([1, 2, 3]);
        Assert.NotEqual(0, line.Read(buffer, 0, 1, PatienceMs));

        // A collection that another thread causes counts what is left of this one's part of the heap: what is allocated would be in every round.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedByReading(line, buffer)));
    }

    [Fact]
    public void A_missing_port_is_named_with_the_remedy()
    {
        DeviceException e = Assert.Throws<DeviceException>(() => new SerialPortLine(new SerialLineSettings("/dev/ttyUSB-none")));
        Assert.Contains("'/dev/ttyUSB-none'", e.Message);
        Assert.Contains("plug the adapter in", e.Message);
    }

    [Fact]
    public void A_file_that_is_no_port_is_named()
    {
        string path = Path.GetTempFileName();
        try
        {
            DeviceException e = Assert.Throws<DeviceException>(() => new SerialPortLine(new SerialLineSettings(path)));
            Assert.Contains($"'{path}'", e.Message);
            Assert.Contains("not a serial port", e.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_port_without_permission_names_the_group_to_join()
    {
        using PseudoTerminal terminal = new();
        File.SetUnixFileMode(terminal.Path, UnixFileMode.None);
        Exception? seen = null;
        // Nobody reads assemblies of a private directory: what the second call needs is loaded by the first.
        Assert.Throws<DeviceException>(() => new SerialPortLine(new SerialLineSettings("/dev/ttyUSB-none")));
        Thread asNobody = new(() =>
        {
            if (Environment.IsPrivilegedProcess)
                Assert.Equal(0, SetThreadUser(SetResUidNumber, Nobody, Nobody, Nobody));
            seen = Record.Exception(() => new SerialPortLine(new SerialLineSettings(terminal.Path)));
        });
        asNobody.Start();
        asNobody.Join();
        Assert.Contains("group dialout", Assert.IsType<DeviceException>(seen).Message);
    }

    private const int Nobody = 65534;

    private static long SetResUidNumber => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 147 : 117;

    /// <summary>setresuid as a bare system call changes the calling thread alone; libc's would change the whole process.</summary>
    [DllImport("libc", EntryPoint = "syscall")]
    private static extern long SetThreadUser(long number, int real, int effective, int saved);

    [Theory]
    [InlineData("7E1")]
    [InlineData("8X1")]
    [InlineData("8N3")]
    [InlineData("8N")]
    public void An_unknown_framing_is_refused_by_name(string framing)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new SerialPortLine(new SerialLineSettings("/dev/null", 9600, framing)));
        Assert.Contains($"'{framing}'", e.Message);
    }

    [Fact]
    public void An_adapter_that_is_unplugged_fails_reads_and_writes_by_name()
    {
        PseudoTerminal terminal = new();
        using SerialPortLine line = new(new SerialLineSettings(terminal.Path));
        byte[] buffer = new byte[8];
        terminal.Write([42]);
        Assert.Equal(1, line.Read(buffer, 0, buffer.Length, PatienceMs));
        terminal.Dispose();

        DeviceException read = Assert.Throws<DeviceException>(() => line.Read(buffer, 0, buffer.Length, PatienceMs));
        DeviceException write = Assert.Throws<DeviceException>(() => line.Write(buffer, 0, buffer.Length));
        Assert.Contains($"'{terminal.Path}' is gone", read.Message);
        Assert.Contains($"'{terminal.Path}' is gone", write.Message);
    }

    [Fact]
    public void A_port_can_be_opened_anew_after_it_was_closed()
    {
        using PseudoTerminal terminal = new();
        for (byte round = 0; round < 5; round++)
        {
            using SerialPortLine line = new(new SerialLineSettings(terminal.Path));
            byte[] buffer = new byte[1];
            terminal.Write([round]);
            Assert.Equal(1, line.Read(buffer, 0, 1, PatienceMs));
            Assert.Equal(round, buffer[0]);
        }
    }

    private static long AllocatedByReading(SerialPortLine line, byte[] buffer)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            line.Read(buffer, 0, 1, 1);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
