using EdgeMeters.Bench.Flash;

namespace EdgeMeters.Simulation.Journal;

/// <summary>What was tried, and the bounds that were seen.</summary>
internal sealed class JournalFigures
{
    private readonly int[] _breaches = new int[Enum.GetValues<Breach>().Length];

    public long Cuts { get; set; }

    public long SecondCuts { get; set; }

    public long TornWrites { get; set; }

    public long Flips { get; set; }

    public long WrongReads { get; set; }

    public int WearYears { get; set; }

    public int ErasesOfSector { get; set; }

    /// <summary>Bytes read by one opening, as a multiple of the journal's bytes, at most.</summary>
    public double ReadMultipleMax { get; set; }

    /// <summary>The same, where whole sectors hold garbage.</summary>
    public double GarbageReadMultipleMax { get; set; }

    public void Count(PromiseBroken broken) => _breaches[(int)broken.Breach]++;

    public override string ToString()
    {
        return $"journal: cut points {Cuts}, second cuts {SecondCuts}, torn writes {TornWrites}, flips {Flips}, wrong reads {WrongReads}, "
            + $"years {WearYears}, erases a sector {ErasesOfSector}, read at opening {ReadMultipleMax:0.0} x its bytes, "
            + $"lost {_breaches[(int)Breach.Lost]}, doubled {_breaches[(int)Breach.Doubled]}, altered {_breaches[(int)Breach.Altered]}";
    }
}
