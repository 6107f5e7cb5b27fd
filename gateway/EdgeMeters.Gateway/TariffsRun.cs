using System.Globalization;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Tariffs;

namespace EdgeMeters.Gateway;

/// <summary>The verb tariffs check: every fault of a tariff with its file and line.</summary>
internal sealed class TariffsRun(TextWriter output, TextWriter errors)
{
    /// <summary>A tariff has faults.</summary>
    public const int ExitFaults = 1;

    private const string Verb = "tariffs check";

    /// <summary>Checks tariffs, each of which is a file by itself.</summary>
    /// <returns>0, <see cref="ExitFaults"/>, or <see cref="GatewayHost.ExitNotStarted"/> when it could not be done.</returns>
    public int Check(string[] paths)
    {
        var faults = new RegistryFaults();
        var told = new List<string>();
        try
        {
            foreach (string path in paths)
            {
                // What is wrong with a tariff is wrong in every zone.
                if (TariffFile.Read(path, faults, Zones.China) is { } calendar)
                    told.Add($"{Verb}: {path}: {string.Join(", ", calendar.Names)}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"{Verb}: {e.Message}");
            return GatewayHost.ExitNotStarted;
        }
        foreach (string line in faults.Lines())
            errors.WriteLine(line);
        foreach (string line in told)
            output.WriteLine(line);
        if (faults.Count > 0)
        {
            errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Verb}: {faults.Count} faults; {told.Count} of {paths.Length} tariffs can be used"));
            return ExitFaults;
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Verb}: no fault: {told.Count} tariffs"));
        return 0;
    }
}
