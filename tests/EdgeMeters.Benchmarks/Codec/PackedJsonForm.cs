using System.Buffers;
using System.IO.Compression;
using System.Text.Json;

namespace EdgeMeters.Benchmarks.Codec;

/// <summary>What a thoughtful peer makes of JSON: the day in one document, start and period once, registers in an array a meter, and gzip.</summary>
internal sealed class PackedJsonForm : ReadingForm
{
    private readonly ArrayBufferWriter<byte> _json = new(64 * 1024);
    private readonly Utf8JsonWriter _writer;
    private readonly MemoryStream _packed = new();
    private readonly MemoryStream _unpacked = new();

    public PackedJsonForm()
        : base("JSON arrays of a day, gzip")
    {
        _writer = new Utf8JsonWriter(_json);
    }

    public override int Write(Day day, Action<byte[]>? keep)
    {
        _json.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteNumber("t", day.Block.StartUtcSeconds);
        _writer.WriteNumber("p", day.Block.PeriodSeconds);
        for (int channel = 0; channel < day.Block.Channels; channel++)
        {
            _writer.WriteStartArray(day.Node.Layout[channel].MeterSerial);
            for (int row = 0; row < day.Block.Rows; row++)
                _writer.WriteNumberValue(day.Block.Registers[row * day.Block.Channels + channel]);
            _writer.WriteEndArray();
        }
        _writer.WriteEndObject();
        _writer.Flush();
        _packed.SetLength(0);
        using (var gzip = new GZipStream(_packed, CompressionLevel.Optimal, true))
            gzip.Write(_json.WrittenSpan);
        keep?.Invoke(_packed.ToArray());
        return (int)_packed.Length;
    }

    public override long Read(Day day, byte[][] messages)
    {
        _unpacked.SetLength(0);
        using (var gzip = new GZipStream(new MemoryStream(messages[0]), CompressionMode.Decompress))
            gzip.CopyTo(_unpacked);
        var reader = new Utf8JsonReader(_unpacked.GetBuffer().AsSpan(0, (int)_unpacked.Length));
        long sum = 0;
        bool isInArray = false;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray)
                isInArray = reader.TokenType == JsonTokenType.StartArray;
            else if (isInArray && reader.TokenType == JsonTokenType.Number)
                sum = unchecked(sum + reader.GetInt64());
        }
        return sum;
    }
}
