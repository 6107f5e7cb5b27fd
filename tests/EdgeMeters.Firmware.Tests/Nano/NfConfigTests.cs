using System.Globalization;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>Holds nf.config to itself; what else names its versions is held to it where it is tested.</summary>
public sealed class NfConfigTests
{
    private const string FlashPrefix = "flash.";

    private static readonly Dictionary<string, Dictionary<string, string>> Config = IniFile.Read(Repository.PathOf("nf.config"));

    [Fact]
    public void Package_versions_are_exact()
    {
        Assert.NotEmpty(Config["packages"]);
        Assert.All(Config["packages"], package =>
        {
            Assert.StartsWith("nanoFramework.", package.Key);
            Assert.Matches(@"^\d+\.\d+\.\d+$", package.Value);
        });
    }

    [Fact]
    public void Every_target_has_a_pulse_counter_and_a_flash_layout()
    {
        Assert.All(Config["targets"], target =>
        {
            Assert.True(int.Parse(Config["pulse_counters"][target.Value], CultureInfo.InvariantCulture) > 0, target.Key);
            Assert.Contains(Config.Keys, section => section.StartsWith($"{FlashPrefix}{target.Value}.", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Flash_layouts_fit_their_part_and_nothing_overlaps()
    {
        foreach ((string section, Dictionary<string, string> partitions) in Config.Where(section => section.Key.StartsWith(FlashPrefix, StringComparison.Ordinal)))
        {
            long flashBytes = long.Parse(section.Split('.')[2].Replace("mb", ""), CultureInfo.InvariantCulture) * 1024 * 1024;
            // The application is mapped into the address space in pages of 64 KB; below the first lie boot loader, table and calibration.
            long end = 0x10000;
            foreach (string name in new[] { "factory", "deploy", "config" })
            {
                long[] numbers = partitions[name].Split(' ').Select(hex => Convert.ToInt64(hex, 16)).ToArray();
                Assert.True(numbers[0] >= end, $"{section}: {name} overlaps what lies before it");
                Assert.True(numbers[0] % 0x10000 == 0, $"{section}: {name} does not begin on a page");
                end = numbers[0] + numbers[1];
            }
            Assert.True(end <= flashBytes, $"{section}: ends at 0x{end:X}, beyond the part");
            Assert.Equal(3, partitions.Count);
        }
    }
}
