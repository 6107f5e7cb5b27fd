using System.Formats.Cbor;
using EdgeMeters.Benchmarks.Support;

namespace EdgeMeters.Benchmarks.Codec;

/// <summary>A CBOR map for each reading with the members of the lean JSON message.</summary>
internal sealed class CborForm() : MessageForm("CBOR map a reading")
{
    private readonly CborWriter _writer = new(CborConformanceMode.Lax);
    private readonly byte[] _buffer = new byte[256];

    protected override ReadOnlySpan<byte> WriteOne(Day day, int row, int channel)
    {
        _writer.Reset();
        _writer.WriteStartMap(3);
        _writer.WriteTextString("m");
        _writer.WriteTextString(day.Node.Layout[channel].MeterSerial);
        _writer.WriteTextString("t");
        _writer.WriteUInt32(day.Block.UtcSecondsOf(row));
        _writer.WriteTextString("v");
        _writer.WriteInt64(RegisterOf(day, row, channel));
        _writer.WriteEndMap();
        return _buffer.AsSpan(0, _writer.Encode(_buffer));
    }

    protected override long ReadOne(byte[] message)
    {
        var reader = new CborReader(message, CborConformanceMode.Lax);
        var reading = new LeanReading("", 0, 0);
        for (int members = reader.ReadStartMap() ?? 0; members > 0; members--)
        {
            switch (reader.ReadTextString())
            {
                case "m":
                    reading = reading with { Meter = reader.ReadTextString() };
                    break;
                case "t":
                    reading = reading with { EndUtcSeconds = reader.ReadInt64() };
                    break;
                case "v":
                    reading = reading with { Register = reader.ReadInt64() };
                    break;
                default:
                    throw new WrongResultException($"{Name}: a member that was not written.");
            }
        }
        reader.ReadEndMap();
        return reading.Register;
    }
}
