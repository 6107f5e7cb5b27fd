using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward.MqttJson;

namespace EdgeMeters.Benchmarks.Codec;

/// <summary>The message that this gateway's own forwarder sends to a head-end, with everything that a head-end wants to be told.</summary>
internal sealed class FullJsonForm() : MessageForm("JSON of the forwarder")
{
    protected override ReadOnlySpan<byte> WriteOne(Day day, int row, int channel)
    {
        var block = day.Block;
        var id = new ReadingId(day.Node.Name, block.Epoch, block.FirstSequence + (uint)row, (byte)channel);
        long register = RegisterOf(day, row, channel);
        long consumption = row > 0 ? register - RegisterOf(day, row - 1, channel) : 0;
        var interval = new IntervalReading(id, block.UtcSecondsOf(row), block.PeriodSeconds, register, consumption, IntervalQuality.Valid);
        return IntervalMessageJson.Write(IntervalMessage.Of(new ForwardItem(day.Points[channel], day.Node.Layout[channel].Unit, interval, 0)));
    }

    protected override long ReadOne(byte[] message) => IntervalMessageJson.Read(message).Value!.Value;
}
