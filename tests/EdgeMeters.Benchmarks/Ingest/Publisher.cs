namespace EdgeMeters.Benchmarks.Ingest;

/// <summary>One client and what it publishes, made beforehand so that making it takes no time from anyone.</summary>
/// <param name="Client">Client id.</param>
/// <param name="Topic">Topic of all its messages.</param>
/// <param name="Before">Messages that are published before the time is taken: a node's layout.</param>
/// <param name="Messages">Messages that count.</param>
internal sealed record Publisher(string Client, string Topic, byte[][] Before, byte[][] Messages);
