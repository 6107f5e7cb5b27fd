using System.CommandLine;

namespace EdgeMeters.Bench.Network;

/// <summary>"stations": writes the stations of the plan, the same bytes each time.</summary>
internal static class StationsCommand
{
    public static Command Create(TextWriter output, TextWriter errors)
    {
        Option<int> seed = new("--seed") { Description = "Other stations for another seed.", DefaultValueFactory = _ => StationPlan.Seed };
        Option<string?> file = new("--output") { Description = "File to write; standard output without it." };
        Command command = new("stations", "Writes 800 synthetic stations over Beijing's plain as hardware/network/stations.csv has them.") { seed, file };
        command.SetAction(parsed =>
        {
            string text = StationPlan.Write(StationPlan.Make(parsed.GetValue(seed)));
            try
            {
                if (parsed.GetValue(file) is { } path)
                    File.WriteAllText(path, text);
                else
                    output.Write(text);
                return 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                errors.WriteLine($"stations: {e.Message}");
                return 1;
            }
        });
        return command;
    }
}
