using EdgeMeters.Bench;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Bench;

/// <summary>What the virtual meters make of frames that no sound client sends.</summary>
public sealed class LineServerTests : IDisposable
{
    private const int PatienceMs = 20_000;

    /// <summary>Longer than the server's silence: what has not answered by now does not.</summary>
    private const int SilenceMs = 400;

    private static readonly byte[] ReadImport = WithCrc(1, 4, 0, 72, 0, 2);

    private readonly PseudoTerminal _terminal = new();
    private readonly SerialPortLine _line;
    private readonly LineServer _server;

    public LineServerTests()
    {
        Dial dial = new(TimeProvider.System, Unit.Wh, 1000, perHour: 0, seed: 1);
        _server = new LineServer(_terminal, new ModbusDevice(new VirtualSdm630(1, dial)));
        _line = new SerialPortLine(new SerialLineSettings(_terminal.Path));
    }

    public void Dispose()
    {
        _line.Dispose();
        _server.Dispose();
        _terminal.Dispose();
    }

    private static byte[] WithCrc(params byte[] body)
    {
        ushort crc = Crc16.Compute(body, 0, body.Length);
        return [.. body, (byte)crc, (byte)(crc >> 8)];
    }

    private void Send(params byte[] bytes) => _line.Write(bytes, 0, bytes.Length);

    private byte[] Hear(int count)
    {
        byte[] heard = new byte[count];
        for (int got = 0; got < count;)
        {
            int more = _line.Read(heard, got, count - got, PatienceMs);
            Assert.True(more > 0, $"only {got} of {count} bytes were answered");
            got += more;
        }
        return heard;
    }

    /// <summary>1.000 kWh as float32, high word first.</summary>
    private void AssertImportIsAnswered() => Assert.Equal(WithCrc(1, 4, 4, 0x3F, 0x80, 0, 0), Hear(9));

    private void AssertSilence() => Assert.Equal(0, _line.Read(new byte[1], 0, 1, SilenceMs));

    [Fact]
    public void A_request_that_comes_byte_by_byte_is_answered()
    {
        foreach (byte part in ReadImport)
            Send(part);
        AssertImportIsAnswered();
    }

    [Fact]
    public void Two_requests_in_one_piece_are_answered_in_order()
    {
        Send([.. ReadImport, .. WithCrc(1, 4, 0, 74, 0, 2)]);
        AssertImportIsAnswered();
        Assert.Equal(WithCrc(1, 4, 4, 0, 0, 0, 0), Hear(9));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 1, 4, 0 })]
    [InlineData(new byte[] { 1, 16, 0, 0, 0, 2, 200 })]
    [InlineData(new byte[] { 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9 })]
    public void A_request_after_garbage_is_answered(byte[] garbage)
    {
        Send([.. garbage, .. ReadImport]);
        AssertImportIsAnswered();
    }

    [Fact]
    public void A_buffer_full_of_noise_does_not_deafen_it()
    {
        byte[] noise = new byte[400];
        new Random(2).NextBytes(noise);
        Send(noise);
        AssertSilence();
        Send(ReadImport);
        AssertImportIsAnswered();
    }

    [Fact]
    public void Other_units_broadcasts_and_bad_checksums_meet_silence_and_the_next_request_is_answered()
    {
        Send(WithCrc(2, 4, 0, 72, 0, 2));
        AssertSilence();
        Send(WithCrc(0, 4, 0, 72, 0, 2));
        AssertSilence();
        byte[] bad = [.. ReadImport];
        bad[^1] ^= 1;
        Send(bad);
        AssertSilence();
        Send(ReadImport);
        AssertImportIsAnswered();
    }

    [Fact]
    public void Functions_that_the_meter_does_not_have_are_refused_with_exception_1()
    {
        Send(WithCrc(1, 6, 0, 2, 0, 1));
        Assert.Equal(WithCrc(1, 0x86, 1), Hear(5));
        Send(WithCrc(1, 16, 0, 2, 0, 2, 4, 0, 0, 0, 0));
        Assert.Equal(WithCrc(1, 0x90, 1), Hear(5));
        Send(WithCrc(1, 17));
        Assert.Equal(WithCrc(1, 0x91, 1), Hear(5));
    }

    [Fact]
    public void Counts_outside_the_protocol_are_refused_with_exception_3()
    {
        Send(WithCrc(1, 4, 0, 0, 0, 0));
        Assert.Equal(WithCrc(1, 0x84, 3), Hear(5));
        Send(WithCrc(1, 4, 0, 0, 0, 126));
        Assert.Equal(WithCrc(1, 0x84, 3), Hear(5));
    }
}
