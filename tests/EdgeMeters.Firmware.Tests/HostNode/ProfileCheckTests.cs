using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.HostNode;

/// <summary>What ProfileCheck is there for: each fault that a hand can make in a profile is found and named.</summary>
public sealed class ProfileCheckTests
{
    private static readonly string Directory = Repository.PathOf("hardware", "meter-profiles");

    [Fact]
    public void A_register_of_another_carrier_or_unit_is_named()
    {
        MeterProfile water = Profile("xintai-ultrasonic");
        Assert.Contains(Faults(water with { Carrier = "gas" }), f => f.Contains("8-0:1.0.0") && f.Contains("no OBIS code of gas"));
        MeterProfile heat = Profile("cjt188-heat-kwh");
        Assert.Contains(Faults(WithScale(heat, s => s with { Unit = Unit.Litre })), f => f.Contains("is counted in Wh, not in Litre"));
        MeterProfile power = Profile("dlt645-2007-three-phase");
        Assert.Contains(Faults(WithScale(power, s => s with { Unit = Unit.Varh })), f => f.Contains("1-0:1.8.0: is counted in Wh"));
    }

    [Fact]
    public void A_scale_that_cannot_be_meant_is_named()
    {
        MeterProfile profile = Profile("abb-b-series");
        Assert.Contains(Faults(WithScale(profile, s => s with { Numerator = 20, Denominator = 2 })), f => f.Contains("common divisor"));
        Assert.Contains(Faults(WithScale(profile, s => s with { RateMaxPerHour = long.MaxValue / 10 })), f => f.Contains("rateMaxPerHour"));
        MeterProfile uniflo = Profile("flonidan-uniflo1200");
        Assert.Contains(Faults(WithScale(uniflo, s => s with { Modulus = 5_000_000_000 })), f => f.Contains("more than the register can say"));
        Assert.Contains(Faults(WithScale(uniflo, s => s with { Modulus = 1000 })), f => f.Contains("not below the modulus"));
        Assert.Contains(Faults(WithScale(Profile("cjt188-gas"), s => s with { Modulus = 100_000_001 })), f => f.Contains("more than the register can say"));
    }

    [Theory]
    [InlineData("eastron-sdm120")]
    [InlineData("dlt645-2007-single-phase")]
    [InlineData("cjt188-heat-kwh")]
    [InlineData("mbus-heat")]
    public void Two_registers_in_one_place_are_named(string id)
    {
        MeterProfile profile = Profile(id);
        RegisterProfile second = profile.Registers[1] with { Point = profile.Registers[0].Point };
        Assert.Contains(Faults(profile with { Registers = [profile.Registers[0], second] }), f => f.Contains("lies where register"));
    }

    [Fact]
    public void Words_that_overlap_by_one_are_named_and_words_of_another_function_are_not()
    {
        MeterProfile profile = Profile("eastron-sdm120");
        ModbusPoint export = (ModbusPoint)profile.Registers[1].Point;
        export.Address = 73;
        Assert.Contains(Faults(profile), f => f.Contains("register 1-0:2.8.0: lies where register 1-0:1.8.0 lies"));
        export.Function = 3;
        Assert.DoesNotContain(Faults(profile), f => f.Contains("lies where"));
    }

    [Fact]
    public void A_register_longer_than_a_read_is_named()
    {
        MeterProfile profile = Profile("abb-b-series");
        Assert.Contains(Faults(profile with { Bus = profile.Bus! with { RegistersPerReadMax = 3 } }), f => f.Contains("longer than registersPerReadMax"));
    }

    // Whatever byte of whatever golden is wrong, the profile does not pass: no golden is there for show.
    [Theory]
    [InlineData("eastron-sdm630")]
    [InlineData("hiking-dds238")]
    [InlineData("sick-flowsic500")]
    [InlineData("dlt645-2007-single-phase")]
    [InlineData("dlt645-1997")]
    [InlineData("cjt188-heat-jy")]
    [InlineData("mbus-heat")]
    public void A_golden_with_any_byte_changed_does_not_pass(string id)
    {
        MeterProfile profile = Profile(id);
        foreach (ProfileGolden golden in profile.Goldens)
        {
            foreach (byte[] frame in golden.Requests.Concat(golden.Responses))
            {
                for (int i = 0; i < frame.Length; i++)
                {
                    // FE only wake the line: one more or less of them is no change of what is said.
                    if (frame[i] == 0xFE && frame.Take(i).All(b => b == 0xFE))
                        continue;
                    frame[i] ^= 0x10;
                    Assert.True(Faults(profile).Count > 0, $"{id}, {golden.Of}: byte {i} of {Convert.ToHexString(frame)}");
                    frame[i] ^= 0x10;
                }
            }
        }
        Assert.Empty(Faults(profile));
    }

    [Fact]
    public void A_golden_that_means_something_else_does_not_pass()
    {
        MeterProfile profile = Profile("eastron-sdm120");
        ProfileGolden golden = profile.Goldens[0];
        Assert.Contains(Faults(WithGolden(profile, golden with { Raw = golden.Raw + 1 })), f => f.Contains($"is decoded as {golden.Raw}"));
        Assert.Contains(Faults(WithGolden(profile, golden with { Base = golden.Base + 1 })), f => f.Contains($"not {golden.Base + 1}"));
        Assert.Contains(Faults(profile with { Goldens = [golden] }), f => f.Contains("has no golden"));
        Assert.Contains(
            Faults(WithGolden(profile, golden with { Requests = [golden.Requests[0], golden.Requests[0]], Responses = [golden.Responses[0], golden.Responses[0]] })),
            f => f.Contains("a reading takes 1 exchanges, not 2"));
    }

    [Fact]
    public void A_point_that_a_null_or_another_type_hides_does_not_pass()
    {
        MeterProfile profile = Profile("hiking-dds238");
        ModbusPoint import = (ModbusPoint)profile.Registers[0].Point;
        import.Type = RegisterType.F32;
        Assert.NotEmpty(Faults(profile));
        import.Type = RegisterType.Bcd32;
        Assert.Contains(Faults(profile), f => f.Contains("NotANumber"));
    }

    private static MeterProfile Profile(string id) => MeterProfileLoader.Load(Directory, id);

    private static IReadOnlyList<string> Faults(MeterProfile profile) => ProfileCheck.FaultsOf(profile);

    private static MeterProfile WithScale(MeterProfile profile, Func<RegisterScale, RegisterScale> change)
    {
        RegisterProfile first = profile.Registers[0] with { Scale = change(profile.Registers[0].Scale) };
        return profile with { Registers = [first, .. profile.Registers.Skip(1)] };
    }

    private static MeterProfile WithGolden(MeterProfile profile, ProfileGolden golden) =>
        profile with { Goldens = [golden, .. profile.Goldens.Skip(1)] };
}
