using System.Buffers;
using System.Text.Json;
using EdgeMeters.Benchmarks.Support;

namespace EdgeMeters.Benchmarks.Codec;

/// <summary>A lean JSON message for each reading, with System.Text.Json's generated code and a writer that is used again.</summary>
internal sealed class LeanJsonForm : MessageForm
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    public LeanJsonForm()
        : base("JSON message a reading")
    {
        _writer = new Utf8JsonWriter(_buffer);
    }

    protected override ReadOnlySpan<byte> WriteOne(Day day, int row, int channel)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        JsonSerializer.Serialize(_writer,
            new LeanReading(day.Node.Layout[channel].MeterSerial, day.Block.UtcSecondsOf(row), RegisterOf(day, row, channel)),
            LeanJson.Default.LeanReading);
        return _buffer.WrittenSpan;
    }

    protected override long ReadOne(byte[] message) => JsonSerializer.Deserialize(message, LeanJson.Default.LeanReading).Register;
}
