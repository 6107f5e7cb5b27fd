using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace EdgeMeters.Gateway.Tests.Registry;

public sealed class RegistryWatchTests : IDisposable
{
    private readonly StoreUnderTest _store = new();
    private int _written;

    private string FilePath => RegistryFile.PathIn(_store.Folder);

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_file_that_was_imported_while_the_gateway_runs_is_in_force_after_the_next_look()
    {
        await _store.ProjectedAsync();
        var watch = Watch();
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(0, _store.Log.LastEntry);
        Write(Tables.Text);
        await watch.LookAsync(CancellationToken.None);
        Assert.Null(watch.Error);
        var queries = await _store.ProjectedAsync();
        Assert.Equal(["FLAT-1", "HALL", "WELL"], queries.Points(PointSearch.All, "", 100).Select(p => p.Point.Id));
        Assert.Equal(["E-9", "E-0", ""], queries.Points(PointSearch.All, "", 100).Select(p => p.Point.MeterSerial));
        Tables.AssertSame(Tables.Right(Tables.Text).Sorted(), queries.Registry().Sorted());
        Assert.Equal(["E-1", "E-9"], _store.Profiles.Services("FLAT-1").Select(s => s.Meter));
        Assert.Throws<KeyNotFoundException>(() => _store.Profiles.Services("ROOF"));
    }

    [Fact]
    public async Task A_broken_file_is_told_with_its_lines_and_the_registry_before_it_stays_until_a_right_one_comes()
    {
        await _store.ProjectedAsync();
        var watch = Watch();
        Write(Tables.Text);
        await watch.LookAsync(CancellationToken.None);
        Write(Tables.With(2, "HALL,Hall,steam,sum,,,"));
        await watch.LookAsync(CancellationToken.None);
        Assert.Contains($"{FilePath}:2: carrier 'steam' is not known", watch.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await _store.ProjectedAsync()).Points(PointSearch.All, "", 100).Count);
        Assert.Equal(1, _store.Log.LastEntry);
        Write(Tables.With(4, "POND,Pond,water,,,,"));
        await watch.LookAsync(CancellationToken.None);
        Assert.Null(watch.Error);
        Assert.Equal(["FLAT-1", "HALL", "POND"], (await _store.ProjectedAsync()).Points(PointSearch.All, "", 100).Select(p => p.Point.Id));
    }

    [Fact]
    public async Task A_file_that_is_in_force_already_brings_no_second_entry_after_a_restart()
    {
        await _store.ProjectedAsync();
        Write(Tables.Text);
        await Watch().LookAsync(CancellationToken.None);
        _store.Reopen();
        await _store.ProjectedAsync();
        var watch = Watch();
        await watch.LookAsync(CancellationToken.None);
        _store.Reopen(removeViews: true);
        await _store.ProjectedAsync();
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(1, _store.Log.LastEntry);
        Assert.Equal(3, _store.Queries.Points(PointSearch.All, "", 100).Count);
    }

    [Fact]
    public async Task It_goes_on_looking_by_itself()
    {
        await _store.ProjectedAsync();
        using var stop = new CancellationTokenSource();
        var running = Watch().RunAsync(stop.Token);
        Write(Tables.Text);
        await Deadline.UntilAsync(
            () =>
            {
                _store.Time.Advance(RegistryWatch.Period);
                return _store.Log.LastEntry == 1;
            }, "the file to be taken in");
        await stop.CancelAsync();
        await running;
    }

    private RegistryWatch Watch() => new(
        FilePath, _store.Files, _store.Log, _store.Time, Metrics.NewCustomRegistry(), NullLogger<RegistryWatch>.Instance);

    // As after some time: a file system may keep times in steps of seconds.
    private void Write(string text)
    {
        File.WriteAllText(FilePath, text);
        File.SetLastWriteTimeUtc(FilePath, DateTime.UnixEpoch.AddDays(++_written));
    }
}
