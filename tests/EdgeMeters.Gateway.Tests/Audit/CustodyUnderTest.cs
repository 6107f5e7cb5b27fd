using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Gateway.Tests.Store;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Audit;

/// <summary>A log as a gateway leaves it, with two nodes, and the verbs that are run on it.</summary>
internal sealed class CustodyUnderTest : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    /// <param name="nodes">Names of the nodes; a and b if there are none.</param>
    public CustodyUnderTest(params string[] nodes)
    {
        if (nodes.Length == 0)
            nodes = ["a", "b"];
        foreach (string node in nodes.Concat(["a-former", "a-other"]))
            File.WriteAllText(PathOf(node + ".key"), Convert.ToHexString(KeyOf(node)));
        Write("here", Store.Folder, nodes);
        Write("there", PathOf("there"), nodes);
    }

    public StoreUnderTest Store { get; } = new();

    public string Output => _output.ToString();

    public string Errors => _errors.ToString();

    public string LastLine => Output.TrimEnd().Split('\n')[^1].TrimEnd();

    public string Digest => Regex.Match(LastLine, "digest ([0-9a-f]{32})$").Groups[1].Value;

    /// <summary>From the number of nodes on: what two logs with the same content have in common.</summary>
    public string Totals => Regex.Match(LastLine, "[0-9]+ nodes, .*$").Value;

    public string PathOf(string name) => _folder.PathOf(name);

    /// <summary>A node's blocks under a key of its own.</summary>
    /// <param name="key">Names the key; the node's own if left out.</param>
    public static NodeUnderTest Node(string name, uint epoch = 7, string? key = null) =>
        new(name, epoch, new HmacBlockMac(name, KeyOf(key ?? name)), NodeUnderTest.Power("M-" + name));

    /// <summary>The same with a meter of another serial number.</summary>
    public static NodeUnderTest NodeWith(string name, string meter) => new(name, 7, new HmacBlockMac(name, KeyOf(name)), NodeUnderTest.Power(meter));

    public static IncomingBlock Rows(NodeUnderTest node, uint first, params long?[] registers) =>
        node.Block(NodeUnderTest.QuarterHours(first, NodeUnderTest.NewYear + 900 * first, registers));

    /// <summary>Eight entries: a registry, two layouts, readings one of which is sent twice over, events, and a place with a refusal.</summary>
    public async Task FillAsync()
    {
        await Store.RegisterAsync(StoreUnderTest.PointOf("P-A", "M-a"), StoreUnderTest.PointOf("P-B", "M-b"));
        var (a, b) = (Node("a"), Node("b"));
        await Store.AppendAsync([a.Layout(), b.Layout(), Rows(a, 1, 100, 110, null), Rows(b, 1, 5_000, 5_001), Rows(a, 3, null, 130)]);
        await Store.AppendAsync(a.Events(1, (NodeUnderTest.NewYear, EventCode.Started, EventBlock.WholeNode, 0, 0)));
        await Store.AppendAsync(Rows(b, 4, 5_004));
        await Store.Log.SettleAsync(new Settlement("utility", 5, 1, 3, "here", [new DeadLetter("key", "refused")]), CancellationToken.None);
    }

    public void Write(string name, string dataFolder, params string[] nodes) => File.WriteAllText(PathOf(name + ".json"), JsonSerializer.Serialize(new
    {
        dataFolder,
        mqtt = new { address = "127.0.0.1" },
        nodes = nodes.Select(n => new { name = n, macKeyFile = n + ".key" }).ToArray(),
    }));

    /// <summary>The verbs with the configuration of the store (here) or of another machine (there); what they say begins anew.</summary>
    public CustodyRun Run(string verb = "verify", string config = "here", bool json = false, params string[] formerKeys)
    {
        _output.GetStringBuilder().Clear();
        _errors.GetStringBuilder().Clear();
        return new CustodyRun(verb, PathOf(config + ".json"), formerKeys, json, _output, _errors);
    }

    public int Verify(string? log = null) => Run().Verify(log, CancellationToken.None);

    public int BackUp(string name) => Run("backup").BackUp(PathOf(name), CancellationToken.None);

    public int Restore(string name) => Run("restore", "there").Restore(PathOf(name), CancellationToken.None);

    public void Tamper(string sql)
    {
        using var log = Store.Files.OpenLog();
        log.Execute(sql);
    }

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }

    private static byte[] KeyOf(string name) => System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name));
}
