using System.Globalization;
using EdgeMeters.Gateway.Configuration;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Export;
using EdgeMeters.Gateway.Store;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway;

/// <summary>The verb export.</summary>
internal static class ExportCommand
{
    public static async Task<int> RunAsync(
        string configPath, string from, string to, string? point, string? output, CancellationToken cancel)
    {
        try
        {
            // Certificates are of no concern here, so a configuration without them is read as well.
            var settings = SettingsLoader.Load(configPath, true);
            var range = ExportRange.Parse(from, to);
            using var files = StoreFiles.OpenToRead(settings.DataFolder);
            var queries = new ViewQueries(files, new ForwarderProgress([]), () => null);
            await using TextWriter writer = output == null ? Console.Out : new StreamWriter(output, false);
            long rows = await CsvExport.WriteAsync(queries, range, point, writer, cancel);
            await writer.FlushAsync(cancel);
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"export: {rows} intervals written"));
            return 0;
        }
        catch (Exception e) when (e is StartException or StoreUnavailableException or FormatException or ArgumentException or KeyNotFoundException or IOException or UnauthorizedAccessException
            or StoreDamagedException or InvalidDataException or SqliteException)
        {
            await Console.Error.WriteLineAsync("export: " + e.Message);
            return GatewayHost.ExitNotStarted;
        }
    }
}
