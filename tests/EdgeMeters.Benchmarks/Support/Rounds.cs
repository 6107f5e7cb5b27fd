namespace EdgeMeters.Benchmarks.Support;

/// <summary>Runs contenders in turn, round after round, so that a busy moment of the machine meets all of them.</summary>
internal static class Rounds
{
    /// <summary>Runs every contender once to warm up, and then in each round once. Each round begins with another one.</summary>
    /// <param name="title">What is said of it while it runs.</param>
    /// <param name="contenders">The contenders.</param>
    /// <param name="rounds">Rounds that count.</param>
    /// <param name="run">One measurement of one contender.</param>
    /// <returns>The measurements of each contender, in the order of the contenders.</returns>
    public static TFigure[][] Alternate<TContender, TFigure>(
        string title, IReadOnlyList<TContender> contenders, int rounds, Func<TContender, TFigure> run)
    {
        var figures = contenders.Select(_ => new List<TFigure>()).ToArray();
        for (int round = 0; round <= rounds; round++)
        {
            if (round == 0)
                Progress.Say($"{title}: warming up");
            else if ((round - 1) % ((rounds + 9) / 10) == 0)
                Progress.Say($"{title}: round {round} of {rounds}");
            for (int i = 0; i < contenders.Count; i++)
            {
                int turn = (round + i) % contenders.Count;
                var figure = run(contenders[turn]);
                if (round > 0)
                    figures[turn].Add(figure);
            }
        }
        return [.. figures.Select(f => f.ToArray())];
    }
}
