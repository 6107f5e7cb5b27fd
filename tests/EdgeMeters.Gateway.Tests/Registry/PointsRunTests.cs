using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Tests.Configuration;

namespace EdgeMeters.Gateway.Tests.Registry;

public sealed class PointsRunTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public PointsRunTests()
    {
        _folder.Root.Remove("points");
        _folder.Load();
    }

    private string RegistryPath => RegistryFile.PathIn(_folder.PathOf("data"));

    private PointsRun Verb => new("points", _output, _errors);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_imported_is_exported_and_imported_again_without_a_change()
    {
        Assert.Equal(0, Verb.Import(_folder.ConfigPath, [Write("a.csv", Tables.Text)], false));
        Assert.Contains("3 points, 3 registers of meters, 3 services", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(["registry.csv"], Directory.GetFiles(_folder.PathOf("data")).Select(Path.GetFileName));
        string exported = _folder.PathOf("b.csv");
        Assert.Equal(0, Verb.Export(_folder.ConfigPath, exported));
        Assert.Equal([0xEF, 0xBB, 0xBF], File.ReadAllBytes(exported)[..3]);
        string before = File.ReadAllText(RegistryPath);
        Assert.Equal(before, File.ReadAllText(exported));
        Assert.Equal(0, Verb.Import(_folder.ConfigPath, [exported], false));
        Assert.Equal(before, File.ReadAllText(RegistryPath));
        _output.GetStringBuilder().Clear();
        Assert.Equal(0, Verb.Export(_folder.ConfigPath, null));
        Assert.Equal(before, _output.ToString());
        Assert.Equal(GatewayHost.ExitNotStarted, Verb.Export(_folder.ConfigPath, exported));
        Assert.Empty(Directory.GetFiles(_folder.PathOf("data"), "*.part"));
    }

    [Fact]
    public void Tables_with_a_fault_change_nothing_and_every_fault_is_told()
    {
        Assert.Equal(0, Verb.Import(_folder.ConfigPath, [Write("a.csv", Tables.Text)], false));
        string before = File.ReadAllText(RegistryPath);
        string broken = Write("b.csv", Tables.With(2, "HALL,Hall,steam,sum,,,").Replace("12345.67", "12345.678", StringComparison.Ordinal));
        Assert.Equal(PointsRun.ExitFaults, Verb.Import(_folder.ConfigPath, [broken], true));
        Assert.Equal(PointsRun.ExitFaults, Verb.Check([broken]));
        Assert.Equal(before, File.ReadAllText(RegistryPath));
        string[] lines = _errors.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith($"{broken}:2: carrier 'steam' is not known", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{broken}:13: '12345.678' is no register of E-1", lines[1], StringComparison.Ordinal);
        Assert.Equal("points: 2 faults in 9 rows; nothing was changed", lines[2]);
        Assert.Equal(GatewayHost.ExitNotStarted, Verb.Check([_folder.PathOf("nowhere.csv")]));
    }

    [Fact]
    public void A_file_that_was_forgotten_takes_no_points_away_unless_told_to()
    {
        Assert.Equal(0, Verb.Import(_folder.ConfigPath, [Write("a.csv", Tables.Text)], false));
        string fewer = Write("b.csv", Tables.With(4, ""));
        Assert.Equal(PointsRun.ExitFaults, Verb.Import(_folder.ConfigPath, [fewer], false));
        Assert.Contains("1 metering points of the registry are not in the files: WELL", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("WELL", File.ReadAllText(RegistryPath), StringComparison.Ordinal);
        Assert.Equal(0, Verb.Import(_folder.ConfigPath, [fewer], true));
        Assert.DoesNotContain("WELL", File.ReadAllText(RegistryPath), StringComparison.Ordinal);
    }

    [Fact]
    public void Points_do_not_stand_in_two_places()
    {
        _folder.Root["points"] = new System.Text.Json.Nodes.JsonArray();
        _folder.Load();
        Assert.Equal(GatewayHost.ExitNotStarted, Verb.Import(_folder.ConfigPath, [Write("a.csv", Tables.Text)], false));
        Assert.Contains("take points out of it", _errors.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(RegistryPath));
        RegistryFile.Write(RegistryPath, PointRegistry.Empty);
        var settings = _folder.Load(true);
        var refused = Assert.Throws<StartException>(() => new GatewayService(
            settings, TimeProvider.System, Prometheus.Metrics.NewCustomRegistry(), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));
        Assert.Contains(RegistryPath, refused.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.PathOf(name), text);
        return _folder.PathOf(name);
    }
}
