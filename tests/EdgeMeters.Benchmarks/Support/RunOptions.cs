namespace EdgeMeters.Benchmarks.Support;

/// <summary>What a run was asked for.</summary>
/// <param name="Seed">Seed of all consumption.</param>
/// <param name="Rounds">Rounds that count.</param>
/// <param name="Clients">MQTT connections of the ingest.</param>
/// <param name="Folder">Databases are made under it; its disk is what commits wait for.</param>
internal sealed record RunOptions(int Seed, int Rounds, int Clients, string Folder);
