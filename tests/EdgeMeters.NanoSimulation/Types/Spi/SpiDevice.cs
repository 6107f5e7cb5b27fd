using EdgeMeters.NanoSimulation;
using EdgeMeters.NanoSimulation.Bus;

namespace System.Device.Spi;

/// <summary>nanoFramework's SpiDevice: one selection a call.</summary>
/// <remarks>
/// The driver (cpu_spi.cpp) clocks as many bytes as the longer buffer has and lets DMA write them all: a receive buffer that is shorter than
/// what is sent is overrun, a send buffer that is shorter sends what lies behind it. Here both are refused.
/// </remarks>
public class SpiDevice : IDisposable
{
    private const int CallUs = 60;

    private readonly SimulatedChip _chip;
    private readonly int _clockHz;
    private readonly ISpiPart? _part;

    public SpiDevice(SpiConnectionSettings settings)
    {
        ConnectionSettings = settings;
        _chip = SimulatedChip.Current;
        _clockHz = settings.ClockFrequency == 0 ? 10_000_000 : settings.ClockFrequency;
        _part = _chip.SpiPart(settings.BusId, settings.ChipSelectLine);
    }

    public SpiConnectionSettings ConnectionSettings { get; }

    public static SpiDevice Create(SpiConnectionSettings settings) => new(settings);

    public void Write(SpanByte buffer) => Transfer(buffer, SpanByte.Empty);

    public void WriteByte(byte value) => Write(new byte[] { value });

    public void TransferFullDuplex(SpanByte writeBuffer, SpanByte readBuffer)
    {
        if (writeBuffer.Length != readBuffer.Length)
            throw new ArgumentException($"{writeBuffer.Length} bytes to send and {readBuffer.Length} to receive: the driver would go beyond the shorter");
        Transfer(writeBuffer, readBuffer);
    }

    public void Dispose()
    {
    }

    private void Transfer(SpanByte sent, SpanByte received)
    {
        _chip.Threads.Touch();
        _chip.Spend(CallUs);
        _part?.Select(_chip.NowUs);
        for (int i = 0; i < sent.Length; i++)
        {
            byte answer = _part == null ? (byte)0xFF : _part.Exchange(sent[i]);
            if (!received.IsEmpty)
                received[i] = answer;
        }
        _chip.Spend(Math.Max(1, sent.Length * 8_000_000L / _clockHz));
        _part?.Deselect(_chip.NowUs);
    }
}
