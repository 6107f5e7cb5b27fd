using System.Text;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Forward.CsvFiles;

namespace EdgeMeters.Gateway.Registry;

/// <summary>The registry's file in the data folder, which a running gateway follows.</summary>
internal static class RegistryFile
{
    public const string Name = "registry.csv";

    public static string PathIn(string folder) => Path.Combine(folder, Name);

    /// <summary>Reads any number of files as one registry.</summary>
    /// <param name="progress">Told the rows read, now and then.</param>
    /// <returns>The reader, to be asked for the registry or its faults.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static RegistryCsvReader Read(IEnumerable<string> paths, Action<long>? progress = null)
    {
        var reader = new RegistryCsvReader(progress);
        foreach (string path in paths)
        {
            using var file = Open(path);
            reader.Read(path, file);
        }
        return reader;
    }

    /// <summary>Opens a file that another may replace meanwhile.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Writes a registry in place of the file. Returns when it survives a power cut; whoever reads meanwhile sees the old or the new, never a part.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be written; the old one is there still.</exception>
    public static void Write(string path, PointRegistry registry)
    {
        string part = path + ".part";
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                using (var writer = new StreamWriter(file, new UTF8Encoding(false), 1 << 16, true))
                    RegistryCsvWriter.Write(registry, writer);
                file.Flush(true);
            }
            File.Move(part, path, true);
            DurableDirectory.Flush(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"{path} cannot be written: {e.Message} Check the free space, the folder and its owner. Nothing was changed.", e);
        }
    }
}
