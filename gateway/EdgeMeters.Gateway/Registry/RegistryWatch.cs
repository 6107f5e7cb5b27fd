using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using Microsoft.Data.Sqlite;
using Prometheus;

namespace EdgeMeters.Gateway.Registry;

/// <summary>Follows the registry's file while the gateway runs: a new one is checked and taken into the log, a broken one is told and the old one stays.</summary>
/// <remarks>Without the file the registry stays as the log has it. A file is looked at again when its time or its length changes.</remarks>
internal sealed class RegistryWatch(
    string path, StoreFiles files, LogStore log, TimeProvider time, CollectorRegistry metrics, ILogger<RegistryWatch> logger)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private const int FaultsTold = 5;

    private readonly Gauge _refused = Metrics.WithCustomRegistry(metrics).CreateGauge(
        "edgemeters_registry_refused", "1 while the registry's file is refused and the one before stays in force, else 0.");

    private (DateTime Written, long Bytes) _seen;

    /// <summary>Why the file that lies there is not in force; null when it is, or when there is none.</summary>
    public string? Error { get; private set; }

    public async Task RunAsync(CancellationToken cancel)
    {
        // Not on the thread that starts the gateway: a large file takes a while.
        await Task.Yield();
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await LookAsync(cancel);
                await Task.Delay(Period, time, cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Takes the file in if it is another than at the look before.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || (file.LastWriteTimeUtc, file.Length) == _seen)
                return;
            var stamp = (file.LastWriteTimeUtc, file.Length);
            await TakeAsync(cancel);
            // Only now: what could not be read or kept is tried again.
            _seen = stamp;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StoreUnavailableException or StoreDamagedException or InvalidDataException or SqliteException)
        {
            Note($"{path} could not be taken in: {e.Message} The registry before it stays in force; it is tried again.");
        }
    }

    private async Task TakeAsync(CancellationToken cancel)
    {
        byte[] body;
        using (var file = RegistryFile.Open(path))
        {
            if (file.Length > RegistryCsvReader.FileBytesMax)
                throw new InvalidDataException($"It is larger than {RegistryCsvReader.FileBytesMax >> 20} MiB.");
            body = RegistryDocument.Of(file);
        }
        // After a restart it mostly is the one in force, and need not be read.
        if (!IsInForce(body))
        {
            var counts = Check(body);
            // The projections are about to read it for themselves, and both at once take twice the memory.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            if (counts is not (var points, var services))
                return;
            await log.AppendRegistryAsync(body, cancel);
            logger.LogInformation("{Path} is in force: {Points} metering points, {Services} services", path, points, services);
        }
        Error = null;
        _refused.Set(0);
    }

    private (int Points, int Services)? Check(byte[] body)
    {
        var reader = RegistryDocument.ReadCsv(body, path);
        if (reader.Finish() is { } registry)
            return (registry.Points.Count, registry.Services.Count);
        Note($"{path} is refused with {reader.Faults.Count} faults and the registry before it stays in force. Correct it and import it again:\n  "
            + string.Join("\n  ", reader.Faults.Lines().Take(FaultsTold)));
        return null;
    }

    private bool IsInForce(byte[] body)
    {
        using var views = files.OpenViewsReader();
        return new RegistryProjection(views, null).IsLatest(body);
    }

    private void Note(string error)
    {
        if (error != Error)
            logger.LogError("{Error}", error);
        Error = error;
        _refused.Set(1);
    }
}
