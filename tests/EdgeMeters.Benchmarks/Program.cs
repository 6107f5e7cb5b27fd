using System.CommandLine;
using EdgeMeters.Benchmarks.Bus;
using EdgeMeters.Benchmarks.Codec;
using EdgeMeters.Benchmarks.Ingest;
using EdgeMeters.Benchmarks.Plan;
using EdgeMeters.Benchmarks.Rival;
using EdgeMeters.Benchmarks.Start;
using EdgeMeters.Benchmarks.Store;
using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Benchmarks.Year;

namespace EdgeMeters.Benchmarks;

/// <summary>Measures what was asked for, each beside its rival in the same run.</summary>
internal static class Program
{
    private const int ExitFailed = 1;

    // 8 households with 4 meters each make 1.1 million quarter-hours a year.
    private const int StreetNodes = 8;
    private const int StreetDays = 365;

    private static readonly string[] Kinds = ["all", "bus", "codec", "ingest", "store", "year", "start", "gateway", "million-day"];

    public static int Main(string[] arguments)
    {
        var what = new Argument<string>("what")
        {
            Description = "What to measure: bus, codec, ingest, store, year, start, all of these; or, by themselves, gateway and million-day.",
            DefaultValueFactory = _ => "all",
        };
        what.AcceptOnlyFromAmong(Kinds);
        var seed = new Option<int>("--seed") { Description = "Seed of all consumption.", DefaultValueFactory = _ => 1 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds that count, 1 to 99; a median needs an odd number.", DefaultValueFactory = _ => 5 };
        rounds.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > 99)
                r.AddError("--rounds must be 1 to 99.");
        });
        var clients = new Option<int>("--clients") { Description = "MQTT connections of the ingest, 1 to 999.", DefaultValueFactory = _ => 32 };
        clients.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > 999)
                r.AddError("--clients must be 1 to 999.");
        });
        var folder = new Option<string>("--folder")
        {
            Description = "Databases are made under it and removed; commits wait for its disk. About 200 MB, 2 GB of million-day.",
            DefaultValueFactory = _ => Path.GetTempPath(),
        };
        var points = new Option<int>("--points") { Description = "Metering points of million-day, 1 to 1000000.", DefaultValueFactory = _ => MillionDayBenchmark.PointsOfPlan };
        points.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > MillionDayBenchmark.PointsOfPlan)
                r.AddError($"--points must be 1 to {MillionDayBenchmark.PointsOfPlan}.");
        });
        var command = new RootCommand("Measures EdgeMeters beside named rivals: tables and result lines on standard output, progress on standard error.")
        {
            what, seed, rounds, clients, folder, points,
        };
        command.SetAction(parsed => Run(parsed.GetValue(what)!,
            new RunOptions(parsed.GetValue(seed), parsed.GetValue(rounds), parsed.GetValue(clients), Path.GetFullPath(parsed.GetValue(folder)!)), parsed.GetValue(points)));
        command.Subcommands.Add(RivalCommand());
        return command.Parse(arguments).Invoke();
    }

    // Not for people: a rival is this program again, so that it has a process of its own.
    private static Command RivalCommand()
    {
        var what = new Argument<string>("rival");
        var port = new Argument<int>("port");
        var path = new Argument<string>("path");
        var messagesPerCommitMax = new Argument<int>("messages-per-commit");
        var command = new Command(RivalServer.Verb) { what, port, path, messagesPerCommitMax };
        command.Hidden = true;
        command.SetAction(parsed => RivalServer.Run(
            parsed.GetValue(what)!, parsed.GetValue(port), parsed.GetValue(path)!, parsed.GetValue(messagesPerCommitMax)));
        return command;
    }

    private static int Run(string what, RunOptions options, int points)
    {
        Console.Out.WriteLine($"seed {options.Seed}, {options.Rounds} rounds, {options.Clients} clients, {Environment.ProcessorCount} processors, .NET {Environment.Version}, databases under {options.Folder}");
        SayLoad("at the start");
        try
        {
            if (what is "all" or "bus")
                BusBenchmark.Run(options);
            if (what is "all" or "codec")
                CodecBenchmark.Run(options);
            if (what is "all" or "ingest")
                IngestBenchmark.Run(options);
            if (what is "all" or "store" or "year" or "start")
                RunOnStreet(what, options);
            string? result = what switch
            {
                "gateway" => GatewayBenchmark.Run(options),
                "million-day" => MillionDayBenchmark.Run(options, points),
                _ => null,
            };
            SayLoad("at the end");
            if (result != null)
                Console.Out.WriteLine(result);
            return 0;
        }
        catch (Exception e) when (e is WrongResultException or IOException)
        {
            Console.Error.WriteLine($"benchmarks: {what} failed: {e.Message} Run again with --seed {options.Seed} to see the same.");
            return ExitFailed;
        }
    }

    // Whoever reads the figures has to know how much of the machine there was.
    private static void SayLoad(string when)
    {
        const string loads = "/proc/loadavg";
        if (File.Exists(loads))
            Console.Out.WriteLine($"load average {when}: {string.Join(' ', File.ReadAllText(loads).Split(' ').Take(3))}");
    }

    private static void RunOnStreet(string what, RunOptions options)
    {
        using var street = StreetStore.Build(options, StreetNodes, StreetDays, NodeFeed.RowsPerDay);
        if (what is "all" or "store")
            StoreBenchmark.Run(options, street);
        if (what is "all" or "year")
            YearBenchmark.Run(street);
        if (what is "all" or "start")
            StartBenchmark.Run(options, street);
    }
}
