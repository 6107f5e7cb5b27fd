using EdgeMeters.Gateway.Audit;
using EdgeMeters.Gateway.Store;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>Logs that earlier versions wrote are opened, brought up to date and lose nothing.</summary>
public sealed class GoldenLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("log-v1.sql")]
    [InlineData("log-v2.sql")]
    public async Task A_log_of_an_earlier_schema_is_sealed_when_it_is_opened_and_has_all_that_it_had(string golden)
    {
        var before = Audit(golden);
        Assert.Equal((0, 93, 28), (before.Faults, before.Readings, before.Entries));
        using var store = new StoreUnderTest();
        store.Reopen(_folder.Path);
        var status = (await store.ProjectedAsync()).Status();
        Assert.Equal((27, 93, 4), (status.Blocks, status.Readings, status.Nodes));
        Assert.Equal(28, store.Log.Head.Entry);
        var after = Audit(golden);
        Assert.Equal((0, before.Digest, before.Head), (after.Faults, after.Digest, after.Head));
        Assert.Equal(store.Log.Head.ToString(), after.Head);
        Assert.Equal(before.Destinations, after.Destinations);
        Assert.Equal(3, Version());
    }

    private AuditReport Audit(string name)
    {
        string path = _folder.PathOf("log.db");
        string[] golden = File.ReadAllLines(Repository.PathOf("tests", "EdgeMeters.Gateway.Tests", "Store", "Goldens", name));
        if (!File.Exists(path))
        {
            using var log = new SqliteConnection($"Data Source={path};Pooling=False");
            log.Open();
            log.Execute(string.Join('\n', golden));
        }
        var macs = golden.Where(line => line.StartsWith("-- key ", StringComparison.Ordinal)).Select(line => line.Split(' '))
            .ToDictionary(key => key[2], key => new IBlockMac[] { new HmacBlockMac(key[2], Convert.FromHexString(key[3])) });
        return new LogAudit(path, macs, null, (_, _) => { }, CancellationToken.None).Run();
    }

    private long Version()
    {
        using var log = StoreFiles.OpenFileReader(_folder.PathOf("log.db"));
        return log.ScalarLong("PRAGMA user_version");
    }
}
