using EdgeMeters.Benchmarks.Ingest;

namespace EdgeMeters.Benchmarks.Rival;

/// <summary>The other end of <see cref="RivalDoor"/>: a rival's door in this process until its input ends.</summary>
internal static class RivalServer
{
    /// <summary>The broker that keeps nothing.</summary>
    public const string Bare = "bare";

    /// <summary>A table of rows, of messages with many readings.</summary>
    public const string Rows = "rows";

    /// <summary>A table of rows, of messages with one.</summary>
    public const string Row = "row";

    /// <summary>The verb by which this program becomes a rival.</summary>
    public const string Verb = "rival";

    /// <param name="what">One of those above.</param>
    /// <param name="port">On loopback.</param>
    /// <param name="path">Its database.</param>
    /// <param name="messagesPerCommitMax">1 for a commit a message.</param>
    public static int Run(string what, int port, string path, int messagesPerCommitMax)
    {
        IDoor door = what == Bare ? new BareDoor(port) : new RowDoor(path, port, what == Rows, messagesPerCommitMax);
        door.StartAsync().GetAwaiter().GetResult();
        while (Console.In.Read() >= 0)
        {
        }
        long kept = door.CloseAndCountAsync().GetAwaiter().GetResult();
        File.WriteAllText(CountPath(path), $"{kept}");
        return 0;
    }

    /// <summary>Where it leaves how much it kept.</summary>
    public static string CountPath(string path) => path + ".count";
}
