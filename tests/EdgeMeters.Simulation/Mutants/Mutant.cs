namespace EdgeMeters.Simulation.Mutants;

/// <summary>A fault that we put into our own code, and what must notice it.</summary>
/// <param name="Name">What is wrong then.</param>
/// <param name="File">The source file, from the repository's root; it is compiled with all others of its project.</param>
/// <param name="Find">What stands there once, with the line ends of the repository.</param>
/// <param name="Replacement">What stands there then.</param>
/// <param name="Killer">What turns red.</param>
internal sealed record Mutant(string Name, string File, string Find, string Replacement, MutantKiller Killer)
{
    /// <summary>Folder of the project, from the repository's root.</summary>
    public string ProjectFolder => string.Join('/', File.Split('/').Take(2));

    public string Assembly => File.Split('/')[1];
}
