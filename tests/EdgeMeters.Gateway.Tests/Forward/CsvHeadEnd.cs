using System.Globalization;
using CsvHelper;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward.CsvFiles;

namespace EdgeMeters.Gateway.Tests.Forward;

/// <summary>A utility that reads the day files, strictly.</summary>
internal sealed class CsvHeadEnd : IHeadEnd
{
    public const string Header =
        "key,point,meter,register,end_utc,seconds,register_value,consumption,unit,quality,quality_codes,revision";

    private readonly TempFolder _folder = new();

    public string Directory => _folder.PathOf("out");

    /// <summary>Where the utility puts files that it has taken away.</summary>
    public string Taken => _folder.PathOf("taken");

    public IForwarder Connect() => new CsvFilesForwarder(new CsvFilesOptions { Name = "files", Directory = Directory });

    public Task<IReadOnlyList<string>> KeysAsync() => Task.FromResult<IReadOnlyList<string>>([.. DayFiles().SelectMany(KeysOf)]);

    /// <summary>Day files in the order of days, those taken away first.</summary>
    public IEnumerable<string> DayFiles() => new[] { Taken, Directory }.Where(System.IO.Directory.Exists)
        .SelectMany(folder => System.IO.Directory.EnumerateFiles(folder, "intervals-*.csv").Order(StringComparer.Ordinal));

    public string PathOf(string file) => Path.Combine(Directory, file);

    /// <summary>Keys of one file, which must be whole: header, every field of every line, line end.</summary>
    public static IReadOnlyList<string> KeysOf(string path)
    {
        string text = File.ReadAllText(path);
        Assert.StartsWith(Header + "\r\n", text);
        Assert.EndsWith("\r\n", text);
        using var csv = new CsvReader(new StringReader(text), CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        int columns = csv.HeaderRecord!.Length;
        var keys = new List<string>();
        while (csv.Read())
        {
            Assert.Equal(columns, csv.Parser.Count);
            keys.Add(csv.GetField("key")!);
        }
        return keys;
    }

    /// <summary>The utility moves a file away, as it may at any time.</summary>
    public void Take(string path)
    {
        System.IO.Directory.CreateDirectory(Taken);
        int number = System.IO.Directory.GetFiles(Taken).Length;
        File.Move(path, Path.Combine(Taken, $"{Path.GetFileNameWithoutExtension(path)}.{number}.csv"));
    }

    // The disk is not mounted: where the directory was, something else is.
    public Task GoAwayAsync()
    {
        System.IO.Directory.Move(Directory, Directory + ".unmounted");
        File.WriteAllText(Directory, "");
        return Task.CompletedTask;
    }

    public Task ComeBackAsync()
    {
        File.Delete(Directory);
        System.IO.Directory.Move(Directory + ".unmounted", Directory);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
