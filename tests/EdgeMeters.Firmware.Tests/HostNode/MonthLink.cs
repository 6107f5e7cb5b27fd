using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.HostNode;

/// <summary>A link with a gateway behind it that keeps a month of rows in memory set aside beforehand, and compares each with the dials.</summary>
internal sealed class MonthLink(IBlockMac mac, int rows, int channels) : IUplink
{
    private readonly BlockEnvelope _envelope = new(mac);
    private readonly ReadingBlockReader _reader = new();
    private readonly ReadingBlock _readings = new(Limits.ReadingsPerBlockMax);
    private readonly int[] _taken = new int[rows + 1];
    private readonly long[] _expected = new long[(rows + 1) * channels];
    private bool _isConnected;

    public bool IsConnected
    {
        get => _isConnected;
        set
        {
            SessionNumber += value && !_isConnected ? 1 : 0;
            _isConnected = value;
        }
    }

    public int SessionNumber { get; private set; }

    public UplinkOutcome Outcome { get; private set; } = UplinkOutcome.Failed;

    public int Blocks { get; private set; }

    public long Bytes { get; private set; }

    public void Expect(uint row, long[] registers) => registers.CopyTo(_expected, row * channels);

    public void Send(byte[] block, int count)
    {
        Assert.Equal(BlockError.None, _envelope.Verify(block, 0, count));
        Blocks++;
        Bytes += count;
        Outcome = UplinkOutcome.Received;
        if ((BlockKind)block[1] != BlockKind.Readings)
            return;
        Assert.Equal(BlockError.None, _reader.TryRead(block, count, _readings));
        for (int i = 0; i < _readings.Rows; i++)
        {
            long row = _readings.FirstSequence + i;
            _taken[row]++;
            for (int channel = 0; channel < channels; channel++)
            {
                Assert.Equal(_expected[row * channels + channel], _readings.Registers[i * channels + channel]);
                Assert.Equal((byte)Quality.Measured, _readings.Qualities[i * channels + channel]);
            }
        }
    }

    public int TryTake(byte[] buffer) => 0;

    public void CheckAll()
    {
        for (int row = 1; row <= rows; row++)
            Assert.True(_taken[row] == 1, $"row {row} came {_taken[row]} times");
    }
}
