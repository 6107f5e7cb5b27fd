using CsCheck;
using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>What may happen to an answer under way, and what must then not happen here.</summary>
internal static class FrameDamage
{
    /// <summary>Each bit flipped by itself, and each cut: the true register or none.</summary>
    public static void NeverReadsAnother(BusMeter meter, int request, byte[] answer)
    {
        (BusResult exchange, BusResult result, long truth) = MeterDialogue.ReadOne(meter, request, answer);
        Assert.Equal((BusResult.Ok, BusResult.Ok), (exchange, result));
        for (int count = 0; count < answer.Length; count++)
            Assert.Equal(BusResult.Incomplete, MeterDialogue.ReadOne(meter, request, answer[..count]).Exchange);
        for (int bit = 0; bit < 8 * answer.Length; bit++)
        {
            byte[] damaged = [.. answer];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            (exchange, result, long register) = MeterDialogue.ReadOne(meter, request, damaged);
            // A bit that is passed over must carry nothing: no answer that is another is taken for this one.
            Assert.True(exchange != BusResult.Ok || result == BusResult.Ok && register == truth, $"bit {bit}: {result} {register}");
            Assert.NotEqual(BusResult.Refused, exchange);
        }
    }

    /// <summary>Noise, and good frames with some bytes changed, with and without the check mended behind them.</summary>
    public static void NeverThrows(Func<BusMeter> make, byte[] answer, Action<byte[]> mend)
    {
        Gen<byte[]> noise = Gen.Byte.Array[0, 300];
        Gen<byte[]> changed = Gen.Select(Gen.Int[0, answer.Length - 1].Array[1, 6], Gen.Byte.Array[6], Gen.Bool).Select((places, bytes, isMended) =>
        {
            byte[] frame = [.. answer];
            for (int i = 0; i < places.Length; i++)
                frame[places[i]] = bytes[i];
            if (isMended)
                mend(frame);
            return frame;
        });
        Gen.Frequency((1, noise), (4, changed)).Sample(frame =>
        {
            BusMeter meter = make();
            meter.Begin(0);
            for (int request = 0; request < 3 && request < meter.Requests; request++)
            {
                MeterDialogue.Ask(meter, request);
                MeterDialogue.Answer(meter, request, request == 0 && meter.AnswerBytesMax == 1 ? [0xE5] : frame);
            }
            meter.Take(0, out _);
        });
    }
}
