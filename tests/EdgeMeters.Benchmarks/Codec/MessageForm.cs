namespace EdgeMeters.Benchmarks.Codec;

/// <summary>A form with one message for each reading.</summary>
internal abstract class MessageForm(string name) : ReadingForm(name)
{
    public sealed override int Write(Day day, Action<byte[]>? keep)
    {
        int bytes = 0;
        for (int row = 0; row < day.Block.Rows; row++)
        {
            for (int channel = 0; channel < day.Block.Channels; channel++)
            {
                var message = WriteOne(day, row, channel);
                bytes += message.Length;
                keep?.Invoke(message.ToArray());
            }
        }
        return bytes;
    }

    public sealed override long Read(Day day, byte[][] messages)
    {
        long sum = 0;
        foreach (byte[] message in messages)
            sum = unchecked(sum + ReadOne(message));
        return sum;
    }

    /// <summary>Writes one reading. What is returned holds until the next call.</summary>
    protected abstract ReadOnlySpan<byte> WriteOne(Day day, int row, int channel);

    /// <summary>Reads one message whole and returns its register.</summary>
    protected abstract long ReadOne(byte[] message);

    protected static long RegisterOf(Day day, int row, int channel) => day.Block.Registers[row * day.Block.Channels + channel];
}
