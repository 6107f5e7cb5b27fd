using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.HostNode;

/// <summary>A profile that cannot show where it comes from and that it decodes does not pass.</summary>
public sealed class MeterProfileTests
{
    private static readonly string Directory = Repository.PathOf("hardware", "meter-profiles");

    public static TheoryData<string> Ids => [.. MeterProfileLoader.List(Directory)];

    [Fact]
    public void The_profiles_lie_beside_the_program()
    {
        Assert.NotEmpty(Ids);
        Assert.Equal(MeterProfileLoader.List(Directory), MeterProfileLoader.List(MeterProfileLoader.OwnDirectory));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_profile_states_its_source_its_caveats_and_a_golden_for_each_register(string id)
    {
        MeterProfile profile = MeterProfileLoader.Load(Directory, id);
        Assert.NotEmpty(profile.Source);
        Assert.NotEmpty(profile.Caveats);
        string[] registers = [.. profile.Registers.Select(r => r.Scale.Obis), .. profile.Pulse == null ? [] : new[] { profile.Pulse.Scale.Obis }];
        Assert.Equal(registers.Order(), profile.Goldens.Select(g => g.Obis).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_profiles_goldens_are_built_judged_decoded_and_scaled_by_the_real_code(string id)
    {
        MeterProfile profile = MeterProfileLoader.Load(Directory, id);
        foreach (ProfileGolden golden in profile.Goldens)
        {
            RegisterScale scale = profile.Pulse?.Scale ?? profile.Registers.Single(r => r.Scale.Obis == golden.Obis).Scale;
            if (profile.Bus != null)
                Assert.Equal(golden.Raw, Decode(profile.Registers.Single(r => r.Scale.Obis == golden.Obis), profile.Bus, golden));
            Assert.Equal((Int128)golden.Base, (Int128)golden.Raw * scale.Numerator / scale.Denominator);
            Assert.True(LayoutCodec.IsWithinLimits(scale.ChannelOf("X1")));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_profile_follows_the_schema(string id)
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Directory, "schema.json")));
        using JsonDocument profile = JsonDocument.Parse(File.ReadAllText(Path.Combine(Directory, id + ".json")));
        Follow(profile.RootElement, schema.RootElement, schema.RootElement, id);
    }

    private static long Decode(ModbusRegisterProfile register, BusProfile bus, ProfileGolden golden)
    {
        int quantity = RegisterDecoder.WordsOf(register.Type);
        Assert.InRange(quantity, 1, bus.RegistersPerReadMax);
        byte[] request = new byte[ModbusFrame.ReadRequestBytes];
        ModbusFrame.WriteReadRequest(request, golden.Request[0], register.Function, register.Address, quantity);
        Assert.Equal(golden.Request, request);
        Assert.Equal(
            BusResult.Ok,
            ModbusFrame.Judge(golden.Response, golden.Response.Length, golden.Request[0], register.Function, quantity));
        Assert.True(RegisterDecoder.TryDecode(golden.Response[3..], register.Type, register.Order, register.FloatScale, out long raw));
        return raw;
    }

    // As much of JSON Schema as the schema uses.
    private static void Follow(JsonElement element, JsonElement schema, JsonElement root, string path)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
            Follow(element, root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]), root, path);
        if (schema.TryGetProperty("enum", out JsonElement words))
            Assert.Contains(element.GetRawText(), words.EnumerateArray().Select(w => w.GetRawText()));
        if (schema.TryGetProperty("pattern", out JsonElement pattern))
            Assert.Matches(new Regex(pattern.GetString()!), element.GetString()!);
        if (schema.TryGetProperty("minimum", out JsonElement minimum))
            Assert.True(element.GetInt64() >= minimum.GetInt64(), path);
        if (schema.TryGetProperty("maximum", out JsonElement maximum))
            Assert.True(element.GetInt64() <= maximum.GetInt64(), path);
        if (schema.TryGetProperty("minItems", out JsonElement minItems))
            Assert.True(element.GetArrayLength() >= minItems.GetInt32(), path);
        if (schema.TryGetProperty("items", out JsonElement items))
        {
            foreach ((int i, JsonElement item) in element.EnumerateArray().Index())
                Follow(item, items, root, $"{path}[{i}]");
        }
        if (!schema.TryGetProperty("properties", out JsonElement properties))
            return;
        foreach (JsonElement required in schema.GetProperty("required").EnumerateArray())
            Assert.True(element.TryGetProperty(required.GetString()!, out _), $"{path} lacks {required}");
        foreach (JsonProperty property in element.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(property.Name, out JsonElement known), $"{path}.{property.Name} is not in the schema");
            Follow(property.Value, known, root, $"{path}.{property.Name}");
        }
    }
}
