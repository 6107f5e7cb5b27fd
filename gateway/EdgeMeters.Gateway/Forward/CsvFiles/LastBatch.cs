using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeMeters.Gateway.Forward.CsvFiles;

/// <summary>The undo note of the latest batch, in the directory itself: how long its files were before it.</summary>
/// <param name="Series">As in the position.</param>
/// <param name="Batch">The batch that was begun.</param>
/// <param name="LengthsBefore">Each file that the batch touches with its length in bytes before; null if it did not exist.</param>
internal sealed partial record LastBatch(string Series, long Batch, Dictionary<string, long?> LengthsBefore)
{
    public const string FileName = ".edgemeters-last-batch.json";

    // A batch of ten thousand intervals of ten thousand days would need half of it.
    private const int BytesMax = 1 << 20;

    /// <summary>Null if there is none: nothing was written yet, or the directory was cleared.</summary>
    /// <exception cref="JsonException">The note is damaged.</exception>
    public static LastBatch? Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            return null;
        if (new FileInfo(path).Length > BytesMax)
            throw new JsonException($"it is longer than {BytesMax} bytes.");
        var read = JsonSerializer.Deserialize(File.ReadAllBytes(path), CsvFilesJson.Default.LastBatch);
        bool isWhole = read is { Series: not null, Batch: > 0, LengthsBefore: not null }
            && read.LengthsBefore.All(file => DayFileName().IsMatch(file.Key) && file.Value is null or >= 0);
        return isWhole ? read : throw new JsonException("something is missing in it, or a file in it is none of ours.");
    }

    /// <summary>Returns when the note is on disk, in place of the one before.</summary>
    public void Write(string directory)
    {
        string path = Path.Combine(directory, FileName);
        string next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, this, CsvFilesJson.Default.LastBatch);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
        DurableDirectory.Flush(directory);
    }

    /// <summary>Cuts off what the batch wrote, all or a part. Returns when the files are on disk as they were before; may be done again.</summary>
    public void Undo(string directory)
    {
        foreach (var (name, lengthBefore) in LengthsBefore)
        {
            string path = Path.Combine(directory, name);
            // A file that was taken away keeps what it has; one that others made shorter has nothing of ours left to cut.
            if (!File.Exists(path))
                continue;
            if (lengthBefore is null)
            {
                File.Delete(path);
                continue;
            }
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
            if (file.Length > lengthBefore)
                file.SetLength(lengthBefore.Value);
            file.Flush(flushToDisk: true);
        }
        DurableDirectory.Flush(directory);
    }

    [GeneratedRegex(@"^intervals-\d{4}-\d\d-\d\d\.csv\z", RegexOptions.CultureInvariant)]
    private static partial Regex DayFileName();
}
