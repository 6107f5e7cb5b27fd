using System.Globalization;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Boards;

/// <summary>One folder of hardware/boards, read.</summary>
internal sealed class BoardFolder
{
    public const string Reserved = "RESERVED_";

    public BoardFolder(string name)
    {
        Name = name;
        Pins = CsvTable.Read(PathOf("pinout.csv"));
        Bom = CsvTable.Read(PathOf("bom.csv"));
        Readme = File.ReadAllText(PathOf("README.md"));
    }

    public string Name { get; }

    public Dictionary<string, string>[] Pins { get; }

    public Dictionary<string, string>[] Bom { get; }

    public string Readme { get; }

    public IEnumerable<Dictionary<string, string>> UsedPins => Pins.Where(pin => !IsReserved(pin));

    public static bool IsReserved(Dictionary<string, string> pin) => pin["function"].StartsWith(Reserved, StringComparison.Ordinal);

    public static int Gpio(Dictionary<string, string> pin) => int.Parse(pin["gpio"], CultureInfo.InvariantCulture);

    public static string[] Designators(Dictionary<string, string> line) => line["designators"].Split(' ');

    /// <summary>Circuits that the board's bill of materials builds.</summary>
    public IEnumerable<string> Circuits => Bom.Select(line => line["circuit"]).Where(circuit => circuit != "board").Distinct();

    public string PathOf(string file) => Repository.PathOf("hardware", "boards", Name, file);

    /// <summary>Folders that hold a pinout.</summary>
    public static string[] Names()
    {
        return Repository.Files("pinout.csv").Select(file => file.Split('/')).Where(parts => parts is ["hardware", "boards", _, _])
            .Select(parts => parts[2]).ToArray();
    }
}
