namespace EdgeMeters.Simulation.World;

/// <summary>Every fault of the simulated world and how often it strikes: the one place where that is said.</summary>
/// <remarks>
/// Not here, because no design of ours can undo it: a contact that closes while its node has no supply (the register is aligned to the dial
/// afterwards, as a technician would), a dial that itself counts wrongly, a node whose flash dies while it holds what nobody else has. And one thing
/// that the registry cannot tell apart: a meter exchanged while readings of its node with a wrong clock wait to be forwarded (see World.Exchange).
/// </remarks>
internal sealed record FaultTable
{
    // The network, per message.
    public double Loss { get; init; } = 0.02;
    public double Duplicate { get; init; } = 0.02;
    public double Delayed { get; init; } = 0.05;
    public int WayMsMin { get; init; } = 150;
    public int WayMsMax { get; init; } = 1_000;
    public int DelayedMsMax { get; init; } = 8_000;

    // The network, per node and day: its station is dark, or the session is half open (what is sent goes nowhere, and nobody is told).
    public double PartitionsPerDay { get; init; } = 0.3;
    public double HalfOpensPerDay { get; init; } = 0.3;
    public int PartitionMinutesMin { get; init; } = 1;
    public int PartitionMinutesMax { get; init; } = 600;

    /// <summary>All nodes lose the gateway at once.</summary>
    public double BlackoutsPerDay { get; init; } = 0.1;

    // The node, per day.
    public double PowerCutsPerDay { get; init; } = 0.1;

    /// <summary>Of the power cuts, those that strike within an operation of the flash; the others come while it rests.</summary>
    public double CutsWithinOperation { get; init; } = 0.7;
    public double RestartsPerDay { get; init; } = 0.05;
    public int OffSecondsMax { get; init; } = 7_200;

    // The flash, per operation: ignored without a word, once.
    public double ProgramIgnored { get; init; } = 0.00002;
    public double EraseIgnored { get; init; } = 0.001;

    // The node's clock, per day: somebody sets it wrongly, to 1970, to 2106, by a day back, by some hours.
    public double ClockLiesPerDay { get; init; } = 0.02;
    public int DriftPpmMax { get; init; } = 40;

    // Meters on lines, per request, as the bench's faults; and per meter over the whole run.
    public double BusFault { get; init; } = 0.01;
    public double ExchangesPerMeter { get; init; } = 0.05;
    public double RolloversPerMeter { get; init; } = 0.1;

    // The gateway, per day.
    public double GatewayKillsPerDay { get; init; } = 1.0;
    public double DiskErrorsPerDay { get; init; } = 0.5;
    public double DiskFullPerDay { get; init; } = 0.1;
    public int DiskFullMinutesMax { get; init; } = 60;
    public double GatewayClockLiesPerDay { get; init; } = 0.05;
    public int GatewayDownSecondsMax { get; init; } = 600;

    /// <summary>Times in a whole run that the gateway burns and a blank one takes its place.</summary>
    public int GatewaysReplaced { get; init; } = 1;

    // Head-ends, per batch.
    public double BatchRefused { get; init; } = 0.03;
    public double BatchHalfTaken { get; init; } = 0.03;
    public double BatchHangs { get; init; } = 0.01;
    public double AnswerLost { get; init; } = 0.02;
    public int HangMinutesMax { get; init; } = 60;

    /// <summary>Draws how many times something strikes in a run.</summary>
    public static int Draw(Random random, double perDay, int days)
    {
        double mean = perDay * days;
        int count = (int)mean;
        return count + (random.NextDouble() < mean - count ? 1 : 0);
    }
}
