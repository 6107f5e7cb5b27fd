using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.HostNode.Gpio;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.HostNode;

/// <summary>A profile that cannot show where it comes from and that it decodes does not pass.</summary>
public sealed class MeterProfileTests
{
    private static readonly string Directory = Repository.PathOf("hardware", "meter-profiles");
    private static readonly string[] Carriers = ["electricity", "water", "gas", "heat"];

    public static TheoryData<string> Ids => [.. MeterProfileLoader.List(Directory)];

    private static IEnumerable<MeterProfile> All => MeterProfileLoader.List(Directory).Select(id => MeterProfileLoader.Load(Directory, id));

    [Fact]
    public void The_profiles_lie_beside_the_program()
    {
        Assert.NotEmpty(Ids);
        Assert.Equal(MeterProfileLoader.List(Directory), MeterProfileLoader.List(MeterProfileLoader.OwnDirectory));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_profile_holds_and_its_goldens_are_sent_believed_and_taken_by_the_code_that_reads_meters(string id)
    {
        Assert.Empty(ProfileCheck.FaultsOf(MeterProfileLoader.Load(Directory, id)));
    }

    [Theory]
    [InlineData("reed", PulseWidthFilter.ReedMicrosecondsMin, true)]
    [InlineData("s0", PulseWidthFilter.S0MicrosecondsMin, false)]
    public void The_contact_that_a_profile_declares_decides_how_its_input_judges_it(string contact, int microseconds, bool hasWheel)
    {
        using TemporaryFolder folder = new();
        folder.Write("pulse-water-10l.json", File.ReadAllText(Path.Combine(Directory, "pulse-water-10l.json")).Replace("\"reed\"", $"\"{contact}\""));
        MeterProfile profile = MeterProfileLoader.Load(folder.Path, "pulse-water-10l");
        GpioPulseInputSettings settings = GpioPulseInputSettings.Of(new PulseConfiguration("W1", profile, 17, ContactKind.Reed, 0));
        Assert.Equal(
            (17, microseconds, microseconds, hasWheel),
            (settings.Pin, settings.ActiveMicrosecondsMin, settings.InactiveMicrosecondsMin, settings.HasWheel));
    }

    [Fact]
    public void Seventy_Modbus_meters_of_four_carriers_are_offered_and_the_other_buses_have_theirs()
    {
        MeterProfile[] offered = [.. All.Where(p => p.OfferedByDefault && p.Bus != null)];
        MeterProfile[] modbus = [.. offered.Where(p => p.Bus!.Protocol == BusProtocol.Modbus)];
        Assert.True(modbus.Length >= 70, $"{modbus.Length} Modbus meters are offered");
        Assert.Equal(Carriers.Order(), modbus.Select(p => p.Carrier).Distinct().Order());
        Assert.Equal(
            ["electricity"], offered.Where(p => p.Bus!.Protocol is BusProtocol.Dlt645 or BusProtocol.Dlt645Of1997).Select(p => p.Carrier).Distinct());
        Assert.Equal(["gas", "heat", "water"], offered.Where(p => p.Bus!.Protocol == BusProtocol.Cjt188).Select(p => p.Carrier).Distinct().Order());
        Assert.Equal(["gas", "heat", "water"], offered.Where(p => p.Bus!.Protocol == BusProtocol.MBus).Select(p => p.Carrier).Distinct().Order());
    }

    [Fact]
    public void A_profile_with_a_weakness_is_not_offered_and_says_why()
    {
        MeterProfile[] weak = [.. All.Where(p => p.Weakness != null)];
        Assert.NotEmpty(weak);
        Assert.All(weak, p => Assert.False(p.OfferedByDefault));
        Assert.All(weak, p => Assert.True(p.Weakness!.Length > 40 && p.Weakness.EndsWith('.'), p.Id + ": " + p.Weakness));
    }

    // A golden whose bytes are alike in two orders would let a swapped profile pass.
    [Theory]
    [MemberData(nameof(Ids))]
    public void A_profiles_goldens_tell_its_order_of_bytes_from_every_other(string id)
    {
        MeterProfile profile = MeterProfileLoader.Load(Directory, id);
        foreach (RegisterProfile register in profile.Registers)
        {
            if (register.Point is not ModbusPoint point || RegisterDecoder.WordsOf(point.Type) == 1)
                continue;
            WordOrder own = point.Order;
            for (WordOrder other = WordOrder.Abcd; other <= WordOrder.Dcba; other++)
            {
                point.Order = other;
                bool isFaulty = ProfileCheck.FaultsOf(profile).Any(f => f.Contains(register.Scale.Obis));
                Assert.True(isFaulty == (other != own), $"{id}, {register.Scale.Obis}: {own} is not told from {other}");
            }
            point.Order = own;
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_profiles_table_holds_to_the_largest_growth_that_the_guide_names(string id)
    {
        MeterProfile profile = MeterProfileLoader.Load(Directory, id);
        foreach (RegisterScale scale in profile.Registers.Select(r => r.Scale).Where(s => s.RateMaxPerHour > 0))
        {
            long basePerHour = (long)((Int128)scale.RateMaxPerHour * scale.Numerator / scale.Denominator);
            long[] named = profile.Carrier switch
            {
                "electricity" => [27_000, 80_000, 100_000, 5_000_000],
                "gas" => [75_000, 100_000_000],
                _ when scale.Unit == Unit.Wh => [2_500_000, 20_000_000],
                _ => [35_000, 2_500_000],
            };
            long step = Math.Max(1, scale.Numerator / scale.Denominator);
            Assert.True(named.Any(n => basePerHour >= n && basePerHour < n + step), $"{id}, {scale.Obis}: {basePerHour} an hour");
        }
    }

    [Fact]
    public void The_guides_table_is_what_the_files_say()
    {
        string[] expected =
        [
            .. All.OrderBy(p => Array.IndexOf(Carriers, p.Carrier)).ThenBy(p => p.Id, StringComparer.Ordinal).Select(p =>
            {
                string bus = p.Bus == null ? "pulse" : MeterProfileLoader.KindOf(p.Bus.Protocol);
                string registers = p.Pulse?.Scale.Obis ?? string.Join(", ", p.Registers.Select(r => r.Scale.Obis));
                return $"| {p.Id} | {p.Carrier} | {bus} | {registers} | {p.Confidence} | {(p.OfferedByDefault ? "yes" : "no")} |";
            }),
        ];
        string[] lines = File.ReadAllLines(Path.Combine(Directory, "README.md"));
        int head = Array.IndexOf(lines, "| id | carrier | bus | registers | confidence | offered |");
        Assert.True(head > 0, "the table's head is not in README.md");
        Assert.Equal(expected, lines[(head + 2)..].TakeWhile(line => line.StartsWith('|')));
    }
}
