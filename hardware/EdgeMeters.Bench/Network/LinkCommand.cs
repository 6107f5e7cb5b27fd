using System.CommandLine;
using System.Net.Sockets;

namespace EdgeMeters.Bench.Network;

/// <summary>"link": links of stations between real programs until it is stopped.</summary>
internal static class LinkCommand
{
    private const int LinksMax = 800;
    private const int PrintSeconds = 5;
    private const int OutageDays = 366;

    public static Command Create(TimeProvider time, TextWriter output, TextWriter errors)
    {
        Option<string?> listen = new("--listen") { Description = "Where programs connect to, as 127.0.0.1:11883; port 0 for a free one." };
        Option<string?> to = new("--to") { Description = "Where the link leads, as gateway.example:8883." };
        Option<string> profile = new("--profile") { Description = "What kind of link: an id of hardware/network/link-profiles.json.", DefaultValueFactory = _ => "P1" };
        Option<int> seed = new("--seed") { Description = "From one seed and the same traffic follow the same faults.", DefaultValueFactory = _ => 1 };
        Option<string?> file = new("--file") { Description = "JSON: { \"links\": [ { \"listen\", \"to\", \"profile\", \"seed\" } ] }, one for each station." };
        Option<string?> profiles = new("--profiles") { Description = "Profiles of your own; the repository's without it." };
        Command command = new("link", "Emulates the narrow links of stations between programs: rate, delay, loss as stalls, resets, half-open ends, outages.")
        {
            listen, to, profile, seed, file, profiles,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                LinkLine[] links = Links(parsed.GetValue(file), parsed.GetValue(listen), parsed.GetValue(to), parsed.GetValue(profile)!, parsed.GetValue(seed));
                await RunAsync(links, LinkProfiles.Load(parsed.GetValue(profiles) ?? LinkProfiles.PathHere), time, output, cancellation);
                return 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or SocketException)
            {
                errors.WriteLine($"link: {e.Message}");
                return 1;
            }
        });
        return command;
    }

    private static LinkLine[] Links(string? file, string? listen, string? to, string profile, int seed)
    {
        if (file == null == (listen == null || to == null))
            throw new FormatException("say --listen and --to, or --file");
        LinkLine[] links = file != null ? LinkSheet.Load(file).Links : [new LinkLine(listen!, to!, profile, seed)];
        return links.Length is >= 1 and <= LinksMax ? links : throw new FormatException($"1 to {LinksMax} links, not {links.Length}");
    }

    private static async Task RunAsync(
        LinkLine[] links, IReadOnlyDictionary<string, LinkProfile> profiles, TimeProvider time, TextWriter output, CancellationToken cancellation)
    {
        List<LinkProxy> proxies = [];
        try
        {
            foreach (LinkLine line in links)
            {
                if (!profiles.TryGetValue(line.Profile, out LinkProfile? profile))
                    throw new FormatException($"there is no link profile '{line.Profile}': name one of {string.Join(", ", profiles.Keys)}");
                (System.Net.IPEndPoint listen, string host, int port) = line.Places();
                EmulatedLink link = new(profile, line.Seed);
                link.PlanOutages(OutageDays);
                proxies.Add(new LinkProxy(listen, host, port, link, time));
                output.WriteLine($"link {proxies[^1].Local} to {line.To}: {profile.Id} {profile.Name}, seed {line.Seed}; stop with Ctrl-C");
            }
            using PeriodicTimer timer = new(TimeSpan.FromSeconds(PrintSeconds), time);
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                foreach (LinkProxy proxy in proxies)
                    output.WriteLine($"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}  {proxy.Local}  {proxy.Describe()}");
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C.
        }
        finally
        {
            foreach (LinkProxy proxy in proxies)
                await proxy.DisposeAsync();
        }
    }
}
