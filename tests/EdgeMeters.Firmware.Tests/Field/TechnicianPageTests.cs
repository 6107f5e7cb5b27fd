using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Field;

/// <summary>Every command of firmware/README.md is one that nanoff has, with the addresses and images that nf.config pins.</summary>
public sealed partial class TechnicianPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("firmware", "README.md"));
    private static readonly Dictionary<string, Dictionary<string, string>> Config = IniFile.Read(Repository.PathOf("nf.config"));
    private static readonly string OptionsFile = Repository.PathOf("tests", "EdgeMeters.Firmware.Tests", "Field", "nanoff-options.txt");

    private static readonly string[] Commands = Page.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("nanoff ", StringComparison.Ordinal)).ToArray();

    [Fact]
    public void Every_option_is_one_of_the_pinned_flasher()
    {
        string[] options = File.ReadAllLines(OptionsFile);
        HashSet<string> known = options.Where(line => line.StartsWith("--", StringComparison.Ordinal)).ToHashSet();
        Assert.Contains(options, line => line.StartsWith("##", StringComparison.Ordinal) && line.Contains($"nanoff {Config["tools"]["nanoff"]},"));
        Assert.Contains($"`nanoff` {Config["tools"]["nanoff"]}", Page);
        Assert.Contains($"--version {Config["tools"]["nanoff"]}.*", Page);
        Assert.True(Commands.Length >= 9);
        Assert.All(Commands.SelectMany(Options), option => Assert.Contains(option, known));
        // Options named in the text, but for those of our own commands.
        string[] named = InText().Matches(Page).Select(match => match.Groups[1].Value).ToArray();
        Assert.All(named, option => Assert.Contains(option, known));
    }

    [Fact]
    public void In_the_cellar_no_command_needs_the_internet()
    {
        string[] offline = Page[Page.IndexOf("## In the cellar", StringComparison.Ordinal)..].Split('\n').Select(line => line.Trim())
            .Where(line => line.StartsWith("nanoff ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Commands.Length - 2, offline.Length);
        Assert.All(offline, command =>
        {
            Assert.Contains("--suppressnanoffversioncheck", command);
            Assert.DoesNotContain("--updatearchive", command);
            if (Options(command).Contains("--update"))
                Assert.Contains("--fromarchive --archivepath archive", command);
        });
    }

    [Fact]
    public void The_archive_is_named_wherever_it_is_used()
    {
        Assert.All(Commands, command => Assert.Equal(
            command.Contains("--fromarchive") || command.Contains("--updatearchive"), command.Contains("--archivepath archive")));
    }

    [Fact]
    public void An_application_is_deployed_alone_at_its_chips_address()
    {
        // nanoff 2.5 passes no address on when it updates the CLR in the same run, and takes 0x1B0000 for every chip when there is none.
        string[] deploys = Commands.Where(command => Options(command).Contains("--deploy")).ToArray();
        Assert.NotEmpty(deploys);
        Assert.All(deploys, command =>
        {
            Assert.DoesNotContain("--update", Options(command));
            Assert.Contains("--image", Options(command));
            string chip = Config["targets"][Value(command, "--target")];
            Assert.Equal(DeployAddress(chip), Convert.ToInt32(Value(command, "--address"), 16));
        });
        Assert.All(Commands.Where(command => !deploys.Contains(command)), command => Assert.DoesNotContain("--image", Options(command)));
    }

    [Fact]
    public void The_table_of_addresses_is_that_of_every_pinned_chip_whatever_its_flash()
    {
        Dictionary<string, int> stated = AddressRow().Matches(Page)
            .ToDictionary(match => match.Groups[1].Value.Replace("-", "").ToLowerInvariant(), match => Convert.ToInt32(match.Groups[2].Value, 16));
        Assert.Equal(Config["targets"].Values.Distinct().Order(), stated.Keys.Order());
        Assert.All(stated, row => Assert.Equal(DeployAddress(row.Key), row.Value));
    }

    [Fact]
    public void Images_and_build_day_are_the_pinned_ones()
    {
        Assert.All(Commands.Where(command => command.Contains("--target ")), command => Assert.Contains(Value(command, "--target"), Config["targets"].Keys));
        Assert.Contains(Config["clr"]["firmware_built_after"], Page);
    }

    [Fact]
    public void Only_the_first_flashing_erases_everything()
    {
        string command = Assert.Single(Commands, line => line.Contains("--masserase"));
        Assert.True(Page.IndexOf(command, StringComparison.Ordinal) < Page.IndexOf("## The status LED", StringComparison.Ordinal));
    }

    [Fact]
    public void The_files_shown_are_JSON_with_the_names_that_nanoff_reads()
    {
        JsonElement[] files = JsonBlock().Matches(Page).Select(match => JsonDocument.Parse(match.Groups[1].Value).RootElement).ToArray();
        Assert.Equal(2, files.Length);
        Assert.All(files[0].GetProperty("files").EnumerateArray(), file =>
        {
            Assert.StartsWith("I:\\", file.GetProperty("DestinationFilePath").GetString());
            Assert.NotEmpty(file.GetProperty("SourceFilePath").GetString()!);
        });
        // WirelessConfiguration.cs and Ethernet.cs of the pinned flasher.
        string[] known = ["Ssid", "Password", "Authentication", "Encryption", "ConfigurationOption", "RadioType", "DhcpEnabled", "IPv4Address", "IPv4NetMask", "IPv4Gateway"];
        Assert.All(files[1].GetProperty("WirelessClient").EnumerateObject(), field => Assert.Contains(field.Name, known));
    }

    [Fact]
    public void The_files_on_the_node_are_those_that_the_application_reads()
    {
        string application = string.Concat(Repository.Files("*.cs").Where(file => file.StartsWith("firmware/EdgeMeters.Node/", StringComparison.Ordinal)
            || file.StartsWith("firmware/EdgeMeters.Loader/", StringComparison.Ordinal)).Select(file => File.ReadAllText(Repository.PathOf(file))));
        string[] named = OnDrive().Matches(Page).Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.True(named.Length >= 5);
        Assert.All(named, file => Assert.Contains($"\"I:\\\\{file}\"", application));
    }

    private static string[] Options(string command) => command.Split(' ').Where(word => word.StartsWith("--", StringComparison.Ordinal)).ToArray();

    private static string Value(string command, string option)
    {
        string[] words = command.Split(' ');
        return words[Array.IndexOf(words, option) + 1];
    }

    private static int DeployAddress(string chip)
    {
        return Config.Where(section => section.Key.StartsWith($"flash.{chip}.", StringComparison.Ordinal))
            .Select(section => Convert.ToInt32(section.Value["deploy"].Split(' ')[0], 16)).Distinct().Single();
    }

    [GeneratedRegex(@"`(--[a-z]+)`")]
    private static partial Regex InText();

    [GeneratedRegex(@"^ +\| (ESP32[-A-Z0-9]*) \| (0x[0-9A-F]+) \|$", RegexOptions.Multiline)]
    private static partial Regex AddressRow();

    [GeneratedRegex(@"```json\s(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"`I:\\([a-z.-]+)`")]
    private static partial Regex OnDrive();
}
