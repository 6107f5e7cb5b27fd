using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeMeters.Gateway.Configuration;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Store;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway;

/// <summary>The verbs points import, export and check: all of a registry or nothing, every fault with its file and line.</summary>
/// <param name="verb">What the lines begin with.</param>
internal sealed class PointsRun(string verb, TextWriter output, TextWriter errors)
{
    /// <summary>The tables have faults, or would remove what they must not; nothing was changed.</summary>
    public const int ExitFaults = 1;

    private const int RemovedTold = 5;
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(2);

    private long _told = Stopwatch.GetTimestamp();

    /// <summary>Checks tables.</summary>
    /// <returns>0, <see cref="ExitFaults"/>, or <see cref="GatewayHost.ExitNotStarted"/> when it could not be done.</returns>
    public int Check(string[] paths) => Run(() => Read(paths) is { } registry ? End(registry, "no fault: ") : ExitFaults);

    /// <summary>Checks tables and puts them in place of the registry's file.</summary>
    /// <param name="mayRemove">True to let points go that are not in the tables.</param>
    public int Import(string configPath, string[] paths, bool mayRemove) => Run(() =>
    {
        var settings = SettingsLoader.Load(configPath, true);
        if (settings.Points != null)
        {
            throw new StartException($"The metering points stand in {configPath}. Export them, take points out of it, and restart the gateway; "
                + "then import.");
        }
        if (Read(paths) is not { } registry)
            return ExitFaults;
        var before = InForce(settings);
        if (!mayRemove && IsMissing(before, registry))
            return ExitFaults;
        string path = RegistryFile.PathIn(settings.DataFolder);
        RegistryFile.Write(path, registry);
        Tell("points", before.Points.Except(registry.Points).Count(), registry.Points.Except(before.Points).Count());
        Tell("services", before.Services.Except(registry.Services).Count(), registry.Services.Except(before.Services).Count());
        return End(registry, path + " written: ");
    });

    /// <summary>Writes the registry that is in force.</summary>
    /// <param name="path">The file; null for standard output.</param>
    public int Export(string configPath, string? path) => Run(() =>
    {
        var registry = InForce(SettingsLoader.Load(configPath, true));
        if (path == null)
        {
            RegistryCsvWriter.Write(registry, output);
            return 0;
        }
        using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            // With the mark by which a spreadsheet knows UTF-8.
            using var writer = new StreamWriter(file, new UTF8Encoding(true));
            RegistryCsvWriter.Write(registry, writer);
        }
        return End(registry, path + " written: ");
    });

    private int Run(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is StartException or StoreUnavailableException or StoreDamagedException or IOException or UnauthorizedAccessException
            or InvalidDataException)
        {
            errors.WriteLine($"{verb}: {e.Message}");
        }
        catch (SqliteException e)
        {
            errors.WriteLine($"{verb}: the registry in force cannot be read: {e.Message} If the gateway was updated, start it once.");
        }
        return GatewayHost.ExitNotStarted;
    }

    private PointRegistry? Read(string[] paths)
    {
        var reader = RegistryFile.Read(paths, rows =>
        {
            if (Stopwatch.GetElapsedTime(_told) < TellEvery)
                return;
            _told = Stopwatch.GetTimestamp();
            errors.WriteLine(Invariant($"{verb}: {rows:N0} rows read"));
        });
        var registry = reader.Finish();
        foreach (string line in reader.Faults.Lines())
            errors.WriteLine(line);
        if (registry == null)
            errors.WriteLine(Invariant($"{verb}: {reader.Faults.Count} faults in {reader.Rows} rows; nothing was changed"));
        return registry;
    }

    // The file is the registry; without one it is what the log has of a configuration.
    private static PointRegistry InForce(GatewaySettings settings)
    {
        string path = RegistryFile.PathIn(settings.DataFolder);
        if (File.Exists(path) && RegistryFile.Read([path]).Finish() is { } registry)
            return registry;
        if (!File.Exists(Path.Combine(settings.DataFolder, "views.db")))
            return PointRegistry.Empty;
        using var files = StoreFiles.OpenToRead(settings.DataFolder);
        return new ViewQueries(files, new ForwarderProgress([]), () => null).Registry().Dated();
    }

    // A file that was forgotten must not take a district's points away.
    private bool IsMissing(PointRegistry before, PointRegistry after)
    {
        var ids = after.Points.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var missing = before.Points.Where(p => !ids.Contains(p.Id)).Select(p => p.Id).Order(StringComparer.Ordinal).ToList();
        if (missing.Count == 0)
            return false;
        string some = string.Join(", ", missing.Take(RemovedTold)) + (missing.Count > RemovedTold ? " …" : "");
        errors.WriteLine(Invariant($"{verb}: {missing.Count} metering points of the registry are not in the files: {some}. Import all files together, or say --remove if these points are to go; nothing was changed"));
        return true;
    }

    private void Tell(string what, int gone, int added)
    {
        if (gone + added > 0)
            output.WriteLine(Invariant($"{verb}: {what}: {added} rows new or changed, {gone} rows gone or changed"));
    }

    private int End(PointRegistry registry, string done)
    {
        output.WriteLine(Invariant($"{verb}: {done}{registry.Points.Count} points, {registry.Registers.Count} registers of meters, {registry.Services.Count} services"));
        return 0;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
