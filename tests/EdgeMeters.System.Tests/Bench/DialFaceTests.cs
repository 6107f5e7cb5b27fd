using CsCheck;
using EdgeMeters.Bench;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Wire;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.SystemTests.Bench;

public class DialFaceTests
{
    [Fact]
    public void What_a_register_shows_is_what_it_showed_across_restarts_rollovers_and_exchanges_and_nothing_else_is()
    {
        Gen.Select(Gen.Int, Gen.Int[1, 1000], Gen.Int[0, 3], Gen.Int[1, 600_000].Array[2, 20]).Sample((seed, modulus, exponent, waitsMs) =>
        {
            FakeTimeProvider time = new();
            long grain = (long)Math.Pow(10, exponent);
            DialFace face = new(new Dial(time, Unit.Wh, 500, perHour: 90_000, seed), numerator: 10, modulus: modulus * grain, grain: grain);
            foreach (int waitMs in waitsMs)
            {
                DateTimeOffset from = face.Dial.NowUtc;
                long first = face.Now;
                time.Advance(TimeSpan.FromMilliseconds(waitMs));
                if (waitMs % 3 == 0)
                    face.ShowFromNow(waitMs % modulus * grain);
                DateTimeOffset to = face.Dial.NowUtc;
                Assert.True(face.Showed(first, from, from));
                Assert.True(face.Showed(face.Now, from, to));
                Assert.InRange(face.Now, 0, face.Modulus - 1);
                Assert.Equal(0, face.Now % grain);
                Assert.Equal(face.Now, face.At(to));
                Assert.False(face.Showed(face.Now + grain, to, to) && modulus > 1);
                Assert.False(face.Showed(face.Modulus, from, to));
            }
        }, iter: 300);
    }

    [Fact]
    public void A_register_that_began_again_still_knows_what_it_showed_before()
    {
        FakeTimeProvider time = new();
        DialFace face = new(new Dial(time, Unit.Wh, 5000, perHour: 3600, seed: 1));
        DateTimeOffset before = face.Dial.NowUtc;
        time.Advance(TimeSpan.FromSeconds(60));
        face.ShowFromNow(0);
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(5000, face.At(before));
        Assert.True(face.Showed(5000, before, face.Dial.NowUtc));
        Assert.True(face.Showed(0, before, face.Dial.NowUtc));
        Assert.False(face.Showed(2500, before, face.Dial.NowUtc));
        Assert.False(face.Showed(5000, before.AddSeconds(61), face.Dial.NowUtc));
    }
}
