using EdgeMeters.Metering.Update;

namespace EdgeMeters.HostNode.Update;

/// <summary>Puts the assemblies of an application one behind the other, as an image carries them and a loader takes them apart.</summary>
/// <remarks>
/// The interpreter takes for a reference the first assembly it has of that name, major and minor version, and those that were flashed by cable come
/// first. So what is ours must be here, before what refers to it, and under the image's own version. What the libraries are is for the image's
/// runtime line.
/// </remarks>
public static class ApplicationFiles
{
    /// <summary>What the build makes, in the order in which it is loaded.</summary>
    public static readonly IReadOnlyList<string> Names = ["EdgeMeters.Core.pe", "EdgeMeters.Node.pe"];

    private const string Ours = "EdgeMeters.";

    /// <summary>Joins files that were read.</summary>
    /// <param name="files">The files in the order in which they are loaded, each with the name by which to speak of it.</param>
    /// <param name="version">Version of the application.</param>
    /// <exception cref="ArgumentException">No loader would start them; says which and why.</exception>
    public static byte[] Join(IReadOnlyList<(string Name, byte[] Bytes)> files, uint version)
    {
        if (files.Count is 0 or > AssemblyHead.AssembliesMax)
            throw new ArgumentException($"An application has 1 to {AssemblyHead.AssembliesMax} assemblies, not {files.Count}: {string.Join(", ", Names)} are all.");
        List<AssemblyFile> assemblies = [];
        foreach ((string name, byte[] bytes) in files)
        {
            AssemblyFile assembly = AssemblyFile.TryRead(bytes) ?? throw new ArgumentException(
                $"{name} is not a whole assembly for nanoFramework: give the .pe file that the build of the .nfproj makes, not the .dll beside it.");
            Check(assembly, name, assemblies, version, isAlone: files.Count == 1);
            assemblies.Add(assembly);
        }
        if (assemblies[^1].Name != LaunchContract.Assembly)
            throw new ArgumentException($"{files[^1].Name} is {assemblies[^1].Name}; the last must be {LaunchContract.Assembly}, which has the start.");
        byte[] application = [.. assemblies.SelectMany(assembly => assembly.Bytes.ToArray())];
        if (application.Length > ImageHead.BodyBytesMax)
            throw new ArgumentException($"The application has {application.Length} bytes, more than {ImageHead.BodyBytesMax}: no node can take it.");
        return application;
    }

    private static void Check(AssemblyFile assembly, string name, List<AssemblyFile> before, uint version, bool isAlone)
    {
        if (before.Any(earlier => earlier.Name == assembly.Name))
            throw new ArgumentException($"{name} is {assembly.Name}, as one before it: give each once.");
        foreach ((string reference, Version wanted) in assembly.References.Where(reference => reference.Name.StartsWith(Ours, StringComparison.Ordinal)))
        {
            if (!before.Any(earlier => earlier.Name == reference && earlier.Version == wanted))
                throw new ArgumentException($"{name} needs {reference} {wanted}, which is not before it: give all files of one build, {string.Join(", ", Names)}.");
        }
        uint own = (uint)(assembly.Version.Major * 10000 + assembly.Version.Minor);
        if (!isAlone && own != version)
        {
            throw new ArgumentException($"{name} was built as version {own} and the image is to be version {version}, which no loader would start: "
                + "give --version what ApplicationVersion and AssemblyVersion in the sources say, or raise these and build again.");
        }
    }
}
