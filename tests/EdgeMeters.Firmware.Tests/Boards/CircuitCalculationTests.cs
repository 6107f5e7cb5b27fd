using System.Globalization;
using System.Text.RegularExpressions;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Boards;

/// <summary>What the circuits' page says they do follows from the values on every board's bill.</summary>
public sealed partial class CircuitCalculationTests
{
    // 74LVC1G17 at 3.0 V, −40 to 85 °C (Nexperia data sheet, transfer characteristics).
    private const double SchmittVolts = 3.0;
    private const double RisingMinVolts = 1.30;
    private const double RisingMaxVolts = 2.20;
    private const double SupplyVolts = 3.3;

    private static readonly string Page = File.ReadAllText(Repository.PathOf("hardware", "boards", "circuits", "README.md"));

    public static TheoryData<string> Boards => new(BoardFolder.Names());

    [Theory]
    [MemberData(nameof(Boards))]
    public void Debounce_outlasts_any_bounce_and_lets_every_pulse_through(string name)
    {
        foreach ((string circuit, string resistor, string capacitor) in new[] { ("s0", "R102", "C101"), ("reed", "R202", "C201") })
        {
            BoardFolder folder = new(name);
            if (!folder.Circuits.Contains(circuit))
                continue;
            double shortestMs = 1000 * Least(folder, resistor) * Least(folder, capacitor) * Math.Log(SchmittVolts / (SchmittVolts - RisingMinVolts));
            double longestMs = 1000 * Most(folder, resistor) * Most(folder, capacitor) * Math.Log(SchmittVolts / (SchmittVolts - RisingMaxVolts));
            Assert.True(shortestMs > 5, "IEC 62053-31, 4.1.3.4: transitions last up to 5 ms");
            Assert.True(longestMs < 30, "IEC 62053-31, 4.1.3.3: a pause is at least 30 ms");
            AssertStated("bounce hidden, S0 and reed", shortestMs, "ms");
            AssertStated("pause needed, S0 and reed", longestMs, "ms");
        }
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_S0_loop_stays_within_class_B(string name)
    {
        BoardFolder folder = new(name);
        double leastMa = 1000 * (4.75 - 1.4) / (Most(folder, "R101") + 800);
        double mostMa = 1000 * (5.25 - 1.0) / Least(folder, "R101");
        Assert.True(leastMa >= 2 && mostMa < 15, "class B: at least 2 mA at 800 Ω, less than 15 mA at a short circuit");
        AssertStated("S0 current at 800 Ω", leastMa, "mA");
        AssertStated("S0 current, short circuit", mostMa, "mA");
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_bias_holds_the_bus_idle_and_the_driver_can_still_move_it(string name)
    {
        BoardFolder folder = new(name);
        double termination = Value(folder, "R403") / 2;
        double unitLoads = 12000 / 4.0;
        double line = Parallel(termination, unitLoads);
        double bias = Value(folder, "R401") + Value(folder, "R402");
        double idleMv = 1000 * 3.135 * line / (bias + line);
        double load = Parallel(line, bias);
        Assert.True(idleMv >= 200, "TIA-485: a receiver knows a level from 200 mV on");
        Assert.True(load >= 54, "TIA-485: a driver is specified into 54 Ω");
        AssertStated("RS-485 idle voltage", idleMv, "mV");
        AssertStated("RS-485 load on a driver", load, "Ω");
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_hold_up_pays_for_one_checkpoint_that_has_to_erase(string name)
    {
        BoardFolder folder = new(name);
        double threshold = 0.4 * (Value(folder, "R501") + Value(folder, "R502")) / Value(folder, "R502");
        AssertStated("supply-fail threshold", threshold, "V");
        Assert.InRange(threshold, 16, 20);
        // Two capacitors at their lower tolerance, another 20 % lost to age; a diode each way; the converter works down to 6.5 V at 84 %.
        double farads = (Least(folder, "C501") + Least(folder, "C502")) * 0.8;
        double joules = 0.5 * farads * (Math.Pow(threshold - 0.5, 2) - Math.Pow(6.5 + 0.5, 2));
        double watts = 5 * 0.27 / 0.84;
        double holdUpMs = 1000 * joules / watts;
        double neededMs = Stated("checkpoint at supply failure, at most").Number;
        Assert.Equal(200 + 20 + 40 + 400 + 6, neededMs);
        Assert.True(holdUpMs > neededMs, $"{name}: {holdUpMs:F0} ms of {neededMs} ms");
        AssertStated("hold-up time", holdUpMs, "ms");
    }

    [Fact]
    public void A_supervised_cable_tells_open_closed_and_cut_apart()
    {
        foreach (BoardFolder folder in BoardFolder.Names().Select(name => new BoardFolder(name)).Where(folder => folder.Circuits.Contains("dual-reed")))
        {
            double series = Value(folder, "R301");
            double parallel = Value(folder, "R302");
            double load = Value(folder, "R305");
            double open = SupplyVolts * (series + parallel) / (series + parallel + load);
            double closed = SupplyVolts * series / (series + load);
            double chain = Value(folder, "R309") + Value(folder, "R310") + Value(folder, "R311");
            double pulse = SupplyVolts * Value(folder, "R311") / chain;
            double cut = SupplyVolts * (Value(folder, "R310") + Value(folder, "R311")) / chain;
            Assert.True(closed < pulse - 0.4 && pulse < open - 0.4 && open < cut - 0.4 && cut < SupplyVolts - 0.4, "every level at least 0.4 V from its threshold");
            double bounceMs = 1000 * Least(folder, "R307") * Least(folder, "C301") * Math.Log((open - closed) / (open - pulse));
            Assert.True(bounceMs > 5, "contacts bounce for up to 5 ms");
            AssertStated("bounce hidden, dual reed", bounceMs, "ms");
            AssertStated("dual reed, contact open", open, "V");
            AssertStated("dual reed, contact closed", closed, "V");
            AssertStated("dual reed, pulse threshold", pulse, "V");
            AssertStated("dual reed, cut threshold", cut, "V");
        }
    }

    private static double Value(BoardFolder folder, string designator)
    {
        return Number(Line(folder, designator)["value"]);
    }

    private static double Least(BoardFolder folder, string designator)
    {
        return Value(folder, designator) * (1 - Tolerance(folder, designator));
    }

    private static double Most(BoardFolder folder, string designator)
    {
        return Value(folder, designator) * (1 + Tolerance(folder, designator));
    }

    private static double Tolerance(BoardFolder folder, string designator)
    {
        return double.Parse(Line(folder, designator)["tolerance_percent"], CultureInfo.InvariantCulture) / 100;
    }

    private static Dictionary<string, string> Line(BoardFolder folder, string designator)
    {
        return Assert.Single(folder.Bom, line => BoardFolder.Designators(line).Contains(designator));
    }

    // 4.7k, 330n, 6800u, 390.
    private static double Number(string value)
    {
        double factor = value[^1] switch { 'k' => 1e3, 'M' => 1e6, 'u' => 1e-6, 'n' => 1e-9, _ => 1 };
        return factor * double.Parse(factor == 1 ? value : value[..^1], CultureInfo.InvariantCulture);
    }

    private static double Parallel(double a, double b) => a * b / (a + b);

    private static void AssertStated(string what, double number, string unit)
    {
        (double stated, string statedUnit) = Stated(what);
        Assert.Equal(unit, statedUnit);
        double step = stated >= 100 ? 1 : stated >= 10 ? 0.1 : 0.01;
        Assert.True(Math.Abs(number - stated) <= step / 2 + 1e-9, $"hardware/boards/circuits/README.md says {what} {stated} {unit}, the parts give {number:F3}");
    }

    private static (double Number, string Unit) Stated(string what)
    {
        foreach (string line in Page.Split('\n').Where(line => line.StartsWith($"| {what} |", StringComparison.Ordinal)))
        {
            Match match = Result().Match(line.TrimEnd());
            if (match.Success)
                return (double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value);
        }
        throw new InvalidOperationException($"hardware/boards/circuits/README.md has no row '{what}' that ends with a number and its unit");
    }

    [GeneratedRegex(@"\| ([0-9.]+) (\S+) \|$")]
    private static partial Regex Result();
}
