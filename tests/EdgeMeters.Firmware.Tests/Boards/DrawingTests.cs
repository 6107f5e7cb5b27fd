using System.Xml.Linq;
using System.Globalization;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Boards;

/// <summary>Drawings, bills of materials and pages of the boards name the same things.</summary>
public sealed class DrawingTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Boards => new(BoardFolder.Names());

    public static TheoryData<string> Circuits => new(CircuitNames());

    [Theory]
    [MemberData(nameof(Boards))]
    public void Every_line_of_a_bill_says_what_to_order_from_whom_and_how_many(string name)
    {
        BoardFolder folder = new(name);
        Assert.All(folder.Bom, line =>
        {
            Assert.True(int.Parse(line["quantity"], CultureInfo.InvariantCulture) > 0, line["designators"]);
            Assert.NotEqual("", line["part"]);
            Assert.NotEqual("", line["maker"]);
            Assert.True(line["circuit"] == "board" || CircuitNames().Contains(line["circuit"]), line["circuit"]);
        });
        string[] designators = folder.Bom.SelectMany(BoardFolder.Designators).ToArray();
        Assert.Equal(designators.Length, designators.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void Every_part_of_a_drawing_is_on_the_bill_or_said_to_be_left_out(string name)
    {
        BoardFolder folder = new(name);
        HashSet<string> billed = folder.Bom.SelectMany(BoardFolder.Designators).ToHashSet();
        Assert.NotEmpty(folder.Circuits);
        foreach (string circuit in folder.Circuits)
        {
            string[] drawn = Designators(circuit);
            string[] leftOut = drawn.Where(part => !billed.Contains(part)).ToArray();
            Assert.True(leftOut.All(part => folder.Readme.Contains($"`{part}`")), $"{circuit}.svg: {string.Join(", ", leftOut)} neither on the bill nor in README.md");
            string[] notDrawn = folder.Bom.Where(line => line["circuit"] == circuit).SelectMany(BoardFolder.Designators).Where(part => !drawn.Contains(part)).ToArray();
            Assert.True(notDrawn.Length == 0, $"not in {circuit}.svg: {string.Join(", ", notDrawn)}");
            Assert.Contains($"../circuits/{circuit}.svg", folder.Readme);
        }
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_quantity_of_a_part_fits_the_inputs_and_lines_of_the_board(string name)
    {
        BoardFolder folder = new(name);
        Metering.Boards.Board board = Metering.Boards.BoardCatalog.ByName(name)!;
        int dual = board.Inputs.Count(input => input.SecondContact != Metering.Boards.Board.NoPin);
        Dictionary<string, int> expected = new() { ["dual-reed"] = dual, ["s0"] = board.Inputs.Length - dual, ["reed"] = board.Inputs.Length - dual, ["rs485"] = board.Lines.Length };
        Assert.All(folder.Bom, line =>
        {
            int times = expected.GetValueOrDefault(line["circuit"], 1);
            int parts = line["notes"] == "one package" ? 1 : BoardFolder.Designators(line).Length;
            Assert.Equal(times * parts, int.Parse(line["quantity"], CultureInfo.InvariantCulture));
        });
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_wiring_shows_every_pin_of_the_pinout(string name)
    {
        BoardFolder folder = new(name);
        XElement drawing = Load(Path.Combine("hardware", "boards", name, "wiring.svg"));
        string[] texts = Texts(drawing, null);
        Assert.All(folder.UsedPins, pin =>
        {
            Assert.Contains(pin["function"], texts);
            Assert.Contains($"GPIO{pin["gpio"]}", texts);
        });
        Assert.All(folder.Pins.Where(BoardFolder.IsReserved), pin => Assert.Contains(texts, text => text.Contains($"GPIO{pin["gpio"]} ")));
        Assert.Contains("(wiring.svg)", folder.Readme);
    }

    [Theory]
    [MemberData(nameof(Circuits))]
    public void Circuits_are_well_formed_titled_and_shown_on_their_page(string circuit)
    {
        XElement drawing = Load(Path.Combine("hardware", "boards", "circuits", circuit + ".svg"));
        Assert.NotEqual("", drawing.Element(Svg + "title")!.Value);
        Assert.NotEmpty(Designators(circuit));
        Assert.Contains($"({circuit}.svg)", File.ReadAllText(Repository.PathOf("hardware", "boards", "circuits", "README.md")));
    }

    [Fact]
    public void Every_drawing_fits_its_own_size()
    {
        foreach (string file in Repository.Files("*.svg").Where(file => file.StartsWith("hardware/boards/", StringComparison.Ordinal)))
        {
            XElement drawing = Load(file);
            double width = Number(drawing, "width");
            double height = Number(drawing, "height");
            Assert.All(drawing.Descendants(Svg + "text"), text =>
            {
                Assert.InRange(Number(text, "x"), 0, width);
                Assert.InRange(Number(text, "y"), 0, height);
            });
        }
    }

    internal static string[] CircuitNames()
    {
        return Repository.Files("*.svg").Select(file => file.Split('/')).Where(parts => parts is ["hardware", "boards", "circuits", _])
            .Select(parts => Path.GetFileNameWithoutExtension(parts[3])).ToArray();
    }

    private static string[] Designators(string circuit)
    {
        return Texts(Load(Path.Combine("hardware", "boards", "circuits", circuit + ".svg")), "ref")
            .SelectMany(text => text.Split(", ")).Concat(NamedInNotes(circuit)).Distinct().ToArray();
    }

    // Parts drawn by their words only: pull-ups of four outputs, blocking capacitors.
    private static IEnumerable<string> NamedInNotes(string circuit)
    {
        XElement drawing = Load(Path.Combine("hardware", "boards", "circuits", circuit + ".svg"));
        return Texts(drawing, "v").SelectMany(text => System.Text.RegularExpressions.Regex.Matches(text, @"\b[RC]\d{3}\b")).Select(match => match.Value);
    }

    private static string[] Texts(XElement drawing, string? kind)
    {
        return drawing.Descendants(Svg + "text").Where(text => kind == null || (string?)text.Attribute("class") == kind).Select(text => text.Value)
            .Where(text => text.Length > 0).ToArray();
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static XElement Load(string path) => XDocument.Load(Repository.PathOf(path)).Root!;
}
