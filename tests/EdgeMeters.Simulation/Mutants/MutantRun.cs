using System.Diagnostics;
using System.Globalization;

namespace EdgeMeters.Simulation.Mutants;

/// <summary>Breaks our own code, one mutant after the other, and sees that the tests notice: the test of the tests.</summary>
internal static class MutantRun
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);

    /// <param name="only">Names, or parts of them, of the mutants to run, with commas between; empty for all.</param>
    /// <returns>0 when every edit applied and every mutant was caught.</returns>
    public static int Run(string only)
    {
        if (Root() is not { } root)
        {
            Console.Error.WriteLine("mutants: they are made from the sources, and EdgeMeters.sln is in no folder above this program: run it from a build in the repository.");
            return 2;
        }
        Mutant[] mutants = [.. MutantList.All.Where(mutant => only.Split(',').Any(name => mutant.Name.Contains(name.Trim(), StringComparison.OrdinalIgnoreCase)))];
        if (mutants.Length == 0)
        {
            Console.Error.WriteLine($"mutants: none is called {only}; there are:\n  {string.Join("\n  ", MutantList.All.Select(mutant => mutant.Name))}");
            return 2;
        }
        // Within the repository, because tests look for its files above them.
        string folder = Path.Combine(root, "artifacts", "mutants", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        MutantBuild build = new(root, folder);
        int caught = 0;
        try
        {
            HashSet<string> red = RedKillers(build, mutants);
            caught = mutants.Count(mutant => IsCaught(build, mutant, red));
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        Console.WriteLine($"mutants: {mutants.Length} run, {caught} caught, {mutants.Length - caught} survived");
        return caught == mutants.Length ? 0 : 1;
    }

    // What is red anyway would catch anything.
    private static HashSet<string> RedKillers(MutantBuild build, Mutant[] mutants)
    {
        HashSet<string> all = [];
        foreach (MutantKiller killer in mutants.Select(mutant => mutant.Killer).DistinctBy(killer => killer.ToString()))
        {
            Console.Error.WriteLine($"without a mutant: {killer}");
            string copy = build.CopyProgram(killer.Program, "none");
            string? red = RedLine(copy, killer);
            Directory.Delete(copy, recursive: true);
            if (red == null)
                continue;
            all.Add(killer.ToString());
            Console.Error.WriteLine($"mutants: {killer} is red without any mutant: {red}");
        }
        return all;
    }

    private static bool IsCaught(MutantBuild build, Mutant mutant, HashSet<string> red)
    {
        var watch = Stopwatch.StartNew();
        string verdict;
        bool isCaught = false;
        try
        {
            if (red.Contains(mutant.Killer.ToString()))
            {
                verdict = "what should catch it is red without it";
            }
            else if (build.Edited(mutant) is { } edited)
            {
                string copy = build.CopyProgram(mutant.Killer.Program, "one");
                string assembly = Path.Combine(copy, mutant.Assembly + ".dll");
                // Deleted first: it is a link to the true one.
                File.Delete(assembly);
                try
                {
                    build.Compile(mutant, edited, assembly);
                    string? line = RedLine(copy, mutant.Killer);
                    isCaught = line != null;
                    verdict = line ?? "SURVIVED";
                }
                finally
                {
                    Directory.Delete(copy, recursive: true);
                }
            }
            else
            {
                verdict = $"the edit no longer applies, this does not stand there once: {mutant.Find.ReplaceLineEndings(" ")}";
            }
        }
        catch (InvalidOperationException e)
        {
            verdict = e.Message;
        }
        Console.WriteLine($"{mutant.Name,-55} {mutant.File.Split('/')[^1],-28} {(isCaught ? "caught by " : "")}{verdict} ({watch.Elapsed.TotalSeconds:0.0} s)");
        return isCaught;
    }

    /// <summary>Runs what must notice.</summary>
    /// <returns>What it said; null when it found nothing wrong.</returns>
    /// <exception cref="InvalidOperationException">No test ran.</exception>
    private static string? RedLine(string folder, MutantKiller killer)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, killer.Program + ".dll"), .. killer.Arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        using Process process = Process.Start(start)!;
        var lines = new List<string>();
        void Note(string? line)
        {
            lock (lines)
            {
                if (line != null)
                    lines.Add(line);
            }
        }
        process.OutputDataReceived += (_, told) => Note(told.Data);
        process.ErrorDataReceived += (_, told) => Note(told.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(TimeLimit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return $"{killer.Program}, which did not end within {TimeLimit.TotalMinutes:0} minutes";
        }
        process.WaitForExit();
        if (process.ExitCode == 0)
            return killer.IsTests && !lines.Exists(line => line.Contains("Total:") && !line.Contains("Total: 0")) ? throw new InvalidOperationException("no test ran") : null;
        return lines.Find(line => line.Contains("[FAIL]"))?.Replace("[FAIL]", "").Trim() is { } failed ? NameOf(failed) : LastWords(lines);
    }

    private static string NameOf(string test)
    {
        string name = test.Split('(')[0];
        return string.Join('.', name.Split('.').TakeLast(2));
    }

    private static string LastWords(List<string> lines)
    {
        string words = lines.FindLast(line => line.Trim().Length > 0) ?? "an exit code";
        return words[..Math.Min(words.Length, 160)];
    }

    private static string? Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeMeters.sln")))
                return folder.FullName;
        }
        return null;
    }
}
