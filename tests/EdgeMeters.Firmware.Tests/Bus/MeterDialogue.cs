using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>Plays a line's owner for one meter: asks, hands over the answer byte by byte, keeps what is whole.</summary>
internal static class MeterDialogue
{
    /// <summary>A whole reading against a meter that answers what it is asked.</summary>
    /// <returns>The requests that were made.</returns>
    public static List<byte[]> Read(BusMeter meter, Func<byte[], byte[]> answer)
    {
        var requests = new List<byte[]>();
        meter.Begin(0);
        for (int request = 0; request < meter.Requests; request++)
        {
            requests.Add(Ask(meter, request));
            BusResult result = Answer(meter, request, answer(requests[^1]));
            Assert.True(result is BusResult.Ok or BusResult.Refused, $"request {request}: {result}");
        }
        return requests;
    }

    /// <summary>The bytes of a request.</summary>
    public static byte[] Ask(BusMeter meter, int request)
    {
        byte[] frame = new byte[80];
        int bytes = meter.WriteRequest(request, 0, frame);
        return frame[..bytes];
    }

    /// <summary>The answer arrives byte by byte; what is whole is kept.</summary>
    public static BusResult Answer(BusMeter meter, int request, byte[] answer)
    {
        for (int count = 1; count <= answer.Length; count++)
        {
            // No longer than what has arrived: a byte looked at too early would throw.
            byte[] arrived = answer[..count];
            BusResult result = meter.Judge(arrived, count);
            if (result == BusResult.Incomplete)
                continue;
            if (result == BusResult.Ok)
            {
                Assert.InRange(meter.FrameBytes, 1, count);
                meter.Keep(request, arrived);
            }
            return result;
        }
        return BusResult.Incomplete;
    }

    public static (BusResult Result, long Register) Take(BusMeter meter, int point = 0)
    {
        BusResult result = meter.Take(point, out long register);
        return (result, register);
    }

    /// <summary>Asks once and gives back what became of an answer, and of the first register.</summary>
    public static (BusResult Exchange, BusResult Result, long Register) ReadOne(BusMeter meter, int request, byte[] answer)
    {
        meter.Begin(0);
        BusResult exchange = BusResult.Ok;
        for (int before = 0; before < request; before++)
            Assert.Equal(BusResult.Ok, Answer(meter, before, Ask(meter, before).Length > 0 ? [0xE5] : []));
        Ask(meter, request);
        exchange = Answer(meter, request, answer);
        (BusResult result, long register) = Take(meter);
        return (exchange, result, register);
    }
}
