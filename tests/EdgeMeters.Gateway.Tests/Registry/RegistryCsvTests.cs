using System.Globalization;
using System.Text;
using CsCheck;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Registry;

public sealed class RegistryCsvTests
{
    private const uint Exchange = 1_767_229_650;

    [Fact]
    public void What_a_technician_writes_is_read()
    {
        var registry = Tables.Right(Tables.Text);
        Assert.Equal(
            [
                new RegisteredPoint("HALL", "Hall, main", Carrier.Power, PointKind.Sum, "grid-1", "1 Example Street, cellar", ""),
                new RegisteredPoint("FLAT-1", "幸福路 1 号", Carrier.Power, PointKind.Billing, "grid-1", "1 Example Street", "HALL", PointClass.Household),
                new RegisteredPoint("WELL", "Well", Carrier.Water, PointKind.Billing, "water-1", "", ""),
            ], registry.Points);
        var kilowattHours = new DialUnit("kWh", Unit.Wh, 1000);
        Assert.Equal(
            [
                new MeterRegister("E-0", "1-0:1.8.0", kilowattHours, 0, 0, 838_860_800), new MeterRegister("E-1", "1-0:1.8.0", kilowattHours, 6, 2, 1_000_000_000),
                new MeterRegister("E-9", "1-0:1.8.0", kilowattHours, 5, 1, 100_000_000),
            ], registry.Registers);
        Assert.Equal(
            [
                new Service("HALL", "E-0", "1-0:1.8.0", "", null, 0, Service.OpenEnd, null, null, 30_000_000, 0),
                new Service("FLAT-1", "E-1", "1-0:1.8.0", "node-1", 0, 1_577_808_000, Exchange, 0, 12_345_670, 1_000_000, 1_600_000_000),
                new Service("FLAT-1", "E-9", "1-0:1.8.0", "node-1", 0, Exchange, Service.OpenEnd, 3_500, null, 1_000_000, 800_000_000),
            ], registry.Services);
    }

    [Fact]
    public void What_is_written_reads_back_as_the_same_registry_and_is_written_alike()
    {
        Registries.Sample(registry =>
        {
            string text = Tables.Write(registry);
            var read = Tables.Right(text);
            Tables.AssertSame(registry.Sorted(), read);
            Assert.Equal(text, Tables.Write(read));
        }, iter: 300);
    }

    [Fact]
    public void A_spreadsheets_mark_line_ends_padding_and_order_of_columns_make_no_difference()
    {
        string[] padded = [.. Tables.Lines.Select(l => l.Length == 0 ? ",,,,,,,,,," : l + ",,,")];
        var expected = Tables.Right(Tables.Text);
        Tables.AssertSame(expected, Tables.Right("\uFEFF" + string.Join("\r\n", padded)));
        Tables.AssertSame(expected, Tables.Read([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Tables.Text)]).Registry!);
        string turned = Tables.Text.Replace("meter,register,unit,digits,modulus", "unit,modulus,meter,register,digits", StringComparison.Ordinal)
            .Replace("E-0,1-0:1.8.0,kWh,,838860.8", "kWh,838860.8,E-0,1-0:1.8.0", StringComparison.Ordinal)
            .Replace("E-1,1-0:1.8.0,kWh,6.2,", "kWh,,E-1,1-0:1.8.0,6.2", StringComparison.Ordinal)
            .Replace("E-9,1-0:1.8.0,kWh,5.1,", "kWh,,E-9,1-0:1.8.0,5.1", StringComparison.Ordinal);
        Tables.AssertSame(expected, Tables.Right(turned));
    }

    [Fact]
    public void A_table_may_be_shared_out_among_files_and_they_may_come_in_any_order()
    {
        string[] lines = Tables.Lines;
        string flats = lines[0] + "\n" + lines[2] + "\n";
        string others = lines[0] + "\n" + lines[1] + "\n" + lines[3] + "\n" + string.Join("\n", lines[5..9]);
        var (registry, faults) = Tables.Read(string.Join("\n", lines[10..]), flats, others);
        Assert.Empty(faults);
        Tables.AssertSame(Tables.Right(Tables.Text).Sorted(), registry!.Sorted());
        (_, faults) = Tables.Read(flats, others, flats);
        Assert.Contains(faults, f => f.StartsWith("c.csv:2: the point FLAT-1 is there twice (see a.csv:2)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, "HALL,Hall,steam,sum,,,", "carrier 'steam' is not known")]
    [InlineData(2, "HALL,Hall,power,main,,,", "kind 'main' is not known")]
    [InlineData(2, "HA LL,Hall,power,sum,,,", "point 'HA LL' is no name")]
    [InlineData(2, "HALL,,power,sum,,,", "name is empty")]
    [InlineData(2, "HALL,=1+1,power,sum,,,", "begins like a formula")]
    [InlineData(2, "HALL,Hall,power,sum,,,NOBODY", "the parent NOBODY is no point")]
    [InlineData(2, "HALL,Hall,power,sum,,,HALL", "lead back to itself")]
    [InlineData(2, "HALL,Hall,power,sum,,,FLAT-1", "lead back to itself")]
    [InlineData(2, "HALL,Hall,power,check,,,", "checks none")]
    [InlineData(2, "HALL,Hall,power,sum,,,,,extra", "more cells")]
    [InlineData(2, "HALL,\"Hall,power,sum,,,", "quotation mark")]
    [InlineData(2, "HALL,Ha\"ll,power,sum,,,", "quotation mark")]
    [InlineData(4, "FLAT-1,Well,water,,,,", "the point FLAT-1 is there twice (see a.csv:3)")]
    [InlineData(4, "WELL,Well,water,,,,FLAT-1", "the parent FLAT-1 measures power and WELL water (see a.csv:3)")]
    [InlineData(1, "point,name,carrier,kind,utility,place,boss", "the first row does not name")]
    [InlineData(1, "point,name,carrier,name", "the column name is there twice")]
    [InlineData(1, "point,carrier,digits", "the column digits does not belong to the points")]
    [InlineData(6, "meter,unit,digits", "the meters have no column register")]
    [InlineData(8, "E-1,1-0:1.8.0,kW,6.2,", "unit 'kW' is not known")]
    [InlineData(8, "E-1,1-0:1.8.0,kWh,6.4,", "digits '6.4' is no display")]
    [InlineData(8, "E-1,1-0:1.8.0,kWh,13,", "digits '13' is no display")]
    [InlineData(8, "E-1,1-0:1.8.0,Wh,6.1,", "digits '6.1' is no display")]
    [InlineData(8, "E-1,1-0:1.8.0,kWh,6.2,1000000", "both there")]
    [InlineData(8, "E-1,1-0:1.8.0,kWh,,0", "modulus '0' is none")]
    [InlineData(8, "E-1,1.8.0,kWh,6.2,", "register '1.8.0' is no OBIS code")]
    [InlineData(8, "1.23457E+11,1-0:1.8.0,kWh,6.2,", "was made a number by a spreadsheet")]
    [InlineData(8, "E-0,1-0:1.8.0,kWh,6.2,", "the register 1-0:1.8.0 of meter E-0 is there twice (see a.csv:7)")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,,,,,0,", "multiplier '0' is none")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,,,,,-3,", "multiplier '-3' is none")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,,,,,0.0000001,", "multiplier '0.0000001' is none")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,,,,,1,0", "pulse_constant '0' is none")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,3,,,,,,", "a channel and no node")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,node-2,32,,,,,,", "channel '32' is none")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,2026-01-01,,,,,", "from '2026-01-01' is no time")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,2026-01-01T00:00,,,,,", "is no time")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,1999-12-31T00:00Z,,,,,", "is no time")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,2026-02-01T00:00+08:00,2026-01-01T00:00+08:00,,,,", "ends before it begins")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,2026-02-01T00:00+08:00,,838860.8,,,", "the start register lies beyond")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,,,5,,,", "a start register and no from")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,,,,,,5,,", "an end register and no until")]
    [InlineData(12, "ROOF,E-0,1-0:1.8.0,,,,,,,,", "there is no point ROOF")]
    [InlineData(12, "HALL,E-5,1-0:1.8.0,,,,,,,,", "there is no register 1-0:1.8.0 of a meter E-5")]
    [InlineData(12, "WELL,E-0,1-0:1.8.0,,,,,,,,", "E-0 1-0:1.8.0 counts kWh and WELL measures water")]
    [InlineData(12, "HALL,E-0,1-0:1.8.0,node-1,0,2025-12-01T00:00+08:00,,,,,", "channel 0 of node node-1 is taken already")]
    [InlineData(14, "FLAT-1,E-9,1-0:1.8.0,,,2026-01-01T09:07:29+08:00,,,,,", "the point FLAT-1 is served already")]
    [InlineData(12, "HALL,E-9,1-0:1.8.0,,,2026-03-01T00:00+08:00,,,,,", "the meter E-9 1-0:1.8.0 serves already")]
    [InlineData(13, "FLAT-1,E-1,1-0:1.8.0,,,2020-01-01T00:00+08:00,2026-01-01T09:07:30+08:00,0,12345.678,,", "'12345.678' is no register of E-1")]
    [InlineData(13, "FLAT-1,E-1,1-0:1.8.0,,,2020-01-01T00:00+08:00,2026-01-01T09:07:30+08:00,0,1000000,,", "the end register lies beyond")]
    public void A_fault_is_named_with_its_file_and_line_and_nothing_is_read(int line, string text, string fault)
    {
        var (registry, faults) = Tables.Read(Tables.With(line, text));
        Assert.Null(registry);
        Assert.Contains(faults, f => f.Contains(fault, StringComparison.Ordinal));
        // At an overlap either of the two rows may be the wrong one.
        int[] lines = fault.EndsWith("already", StringComparison.Ordinal) ? [line, .. Enumerable.Range(12, 3)]
            : fault.EndsWith("itself", StringComparison.Ordinal) ? [2, 3] : [line];
        Assert.Contains(faults, f => Array.Exists(lines, l => f.StartsWith($"a.csv:{l}: ", StringComparison.Ordinal)));
        Assert.All(faults, f => Assert.Matches(@"^a\.csv:\d+: .+: .+\.$", f));
    }

    [Fact]
    public void Text_of_another_encoding_is_told_as_such()
    {
        byte[] chinese = [.. Encoding.ASCII.GetBytes("point,name,carrier\nP1,"), 0xD0, 0xD2, 0xB8, 0xA3, .. Encoding.ASCII.GetBytes(",power\n")];
        var (registry, faults) = Tables.Read(chinese);
        Assert.Null(registry);
        Assert.Equal(["a.csv:2: the text is not UTF-8: save the table as \"CSV UTF-8\"."], faults);
    }

    [Fact]
    public void All_faults_are_counted_and_the_first_hundred_told()
    {
        var text = new StringBuilder("point,name,carrier\n");
        for (int i = 0; i < 250; i++)
            text.Append(CultureInfo.InvariantCulture, $"P{i},Point,steam\n");
        var (_, faults) = Tables.Read(text.ToString());
        Assert.Equal(101, faults.Length);
        Assert.StartsWith("a.csv:101: ", faults[99], StringComparison.Ordinal);
        Assert.Equal("and 150 faults more", faults[100]);
    }

    [Fact]
    public void A_quotation_mark_that_is_never_closed_does_not_swallow_the_file()
    {
        var (registry, faults) = Tables.Read(Tables.With(4, "WELL,\"Well,water,,,,") + new string('x', 100_000));
        Assert.Null(registry);
        Assert.Contains("quotation marks", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Points_above_each_other_are_limited_and_circles_anywhere_are_found()
    {
        string Chain(int length, string top) => "point,name,carrier,parent\n"
            + string.Concat(Enumerable.Range(1, length).Select(i => $"P{i},x,gas,{(i == 1 ? top : "P" + (i - 1).ToString(CultureInfo.InvariantCulture))}\n"));
        Assert.Empty(Tables.Read(Chain(RegistryLimits.DepthMax, "")).Faults);
        Assert.Contains($"a.csv:{RegistryLimits.DepthMax + 2}: ", Assert.Single(Tables.Read(Chain(RegistryLimits.DepthMax + 5, "")).Faults), StringComparison.Ordinal);
        Assert.Contains("lead back to itself", Assert.Single(Tables.Read(Chain(20, "P20")).Faults), StringComparison.Ordinal);
        Assert.Contains("lead back to itself", Assert.Single(Tables.Read(Chain(20, "P7")).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_thousand_points_are_read_and_checked()
    {
        const int Count = 100_000;
        var points = new List<RegisteredPoint>();
        var registers = new List<MeterRegister>();
        var services = new List<Service>();
        for (int i = 0; i < Count; i++)
        {
            string id = "P" + i.ToString("D6", CultureInfo.InvariantCulture);
            points.Add(new RegisteredPoint(id, "幸福路 " + id, Carrier.Power, PointKind.Billing, "grid", "1 Example Street", i < 100 ? "" : points[i % 100].Id));
            registers.Add(MeterRegister.OfDigits("E" + id, "1-0:1.8.0", DialUnit.All[0], 6, 2));
            services.Add(new Service(id, "E" + id, "1-0:1.8.0", "", null, 0, Service.OpenEnd, null, null, Service.One, 0));
        }
        var registry = new PointRegistry(points, registers, services);
        Tables.AssertSame(registry, Tables.Right(Tables.Write(registry)));
    }

    private static readonly Gen<string> Texts = Gen.Char["abcZ019 ,\"'福.;-"].Array[0, 12].Select(c => "x" + new string(c) + "y");

    private static readonly Gen<string> Ids = Gen.Char["abAB01._-"].Array[0, 6].Select(c => "p" + new string(c));

    // Points below earlier ones of their carrier, meters with every form of dial, and for each point its services one behind the other.
    private static readonly Gen<PointRegistry> Registries = Gen.Select(
        Gen.Select(Ids, Texts, Gen.Int[1, 4], Gen.Int[1, 2], Texts, Gen.Int[-1, 20]).Array[0, 12], Gen.Int[0, int.MaxValue], (rows, seed) =>
        {
            var random = new Random(seed);
            var points = new List<RegisteredPoint>();
            foreach (var (id, name, carrier, kind, place, parent) in rows.DistinctBy(r => r.Item1))
            {
                string above = parent >= 0 && parent < points.Count && points[parent].Carrier == (Carrier)carrier ? points[parent].Id : "";
                points.Add(new RegisteredPoint(id, name, (Carrier)carrier, (PointKind)kind, kind == 1 ? "" : id, place == "xy" ? "" : place, above, (PointClass)(seed % 5)));
            }
            var registers = new List<MeterRegister>();
            var services = new List<Service>();
            foreach (var point in points)
                AddServices(point, random, registers, services);
            return new PointRegistry(points, registers, services);
        });

    private static void AddServices(RegisteredPoint point, Random random, List<MeterRegister> registers, List<Service> services)
    {
        uint after = random.Next(2) == 0 ? 0 : (uint)random.Next((int)RegistryLimits.FromUtcSeconds, int.MaxValue);
        for (int count = random.Next(4); count > 0; count--)
        {
            var units = DialUnit.All.Where(u => u.Fits(point.Carrier)).ToArray();
            var unit = units[random.Next(units.Length)];
            int decimals = random.Next(unit.DecimalsMax + 1);
            int step = (int)Math.Pow(10, unit.DecimalsMax - decimals);
            string meter = $"M{registers.Count}";
            var register = random.Next(3) switch
            {
                0 => MeterRegister.OfDigits(meter, "1-0:1.8.0", unit, 0, 0),
                1 => MeterRegister.OfDigits(meter, "1-0:1.8.0", unit, random.Next(1, 13), decimals),
                _ => new MeterRegister(meter, "1-0:1.8.0", unit, 0, 0, random.NextInt64(2, 1L << 40)),
            };
            registers.Add(register);
            bool isLast = count == 1 && random.Next(2) == 0;
            uint through = isLast ? Service.OpenEnd : Math.Max(after, RegistryLimits.FromUtcSeconds) + (uint)random.Next(1, 100_000_000);
            long Read() => random.NextInt64(register.Modulus == 0 ? 1L << 40 : register.Modulus) / step * step;
            services.Add(new Service(point.Id, meter, "1-0:1.8.0", random.Next(2) == 0 ? "" : "node-" + meter, null, after, through,
                after == 0 || random.Next(2) == 0 ? null : Read(), isLast || random.Next(2) == 0 ? null : Read(),
                random.NextInt64(1, 100 * Service.One), random.Next(2) == 0 ? 0 : random.NextInt64(1, 100_000 * Service.One)));
            if (services[^1] is { Node.Length: > 0 } service && random.Next(2) == 0)
                services[^1] = service with { Channel = (byte)random.Next(Limits.ChannelsMax) };
            if (isLast)
                return;
            after = through + (uint)random.Next(2) * 3_600;
        }
    }
}
