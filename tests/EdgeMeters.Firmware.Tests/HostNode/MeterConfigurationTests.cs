using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.HostNode;

/// <summary>Meters of several protocols and rates on one line: what their sections say, and the table that comes of it.</summary>
public sealed class MeterConfigurationTests : IDisposable
{
    private static readonly string Profiles = Repository.PathOf("hardware", "meter-profiles");
    private static readonly string Key = new('a', 64);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(BusProtocol.Modbus, "247", 0, "F7")]
    [InlineData(BusProtocol.Dlt645, "000000000161", 0, "610100000000")]
    [InlineData(BusProtocol.Dlt645Of1997, "138000130754", 0, "540713008013")]
    [InlineData(BusProtocol.Cjt188, "78330011223344", 0x10, "1044332211003378")]
    [InlineData(BusProtocol.MBus, "250", 0, "FA")]
    [InlineData(BusProtocol.MBus, "1149037877040E16", 0, "7803491177040E16")]
    public void An_address_is_written_as_on_the_meter_and_sent_as_the_norm_says(BusProtocol protocol, string text, byte type, string sent)
    {
        Assert.Equal(sent, Convert.ToHexString(MeterAddress.Parse(protocol, text, type)!));
    }

    [Theory]
    [InlineData(BusProtocol.Modbus, "0")]
    [InlineData(BusProtocol.Modbus, "248")]
    [InlineData(BusProtocol.Modbus, " 1")]
    [InlineData(BusProtocol.Dlt645, "161")]
    [InlineData(BusProtocol.Dlt645, "00000000016A")]
    [InlineData(BusProtocol.Dlt645, "AAAAAAAAAAAA")]
    [InlineData(BusProtocol.Dlt645, "999999999999")]
    [InlineData(BusProtocol.Cjt188, "783300112233")]
    [InlineData(BusProtocol.MBus, "0")]
    [InlineData(BusProtocol.MBus, "251")]
    [InlineData(BusProtocol.MBus, "11490378")]
    [InlineData(BusProtocol.MBus, "1149037G77040E16")]
    public void What_is_no_address_of_one_meter_is_none(BusProtocol protocol, string text)
    {
        Assert.Null(MeterAddress.Parse(protocol, text, 0x10));
    }

    [Fact]
    public void Meters_of_all_protocols_and_rates_share_a_line()
    {
        NodeTable table = Table("""
            { "serial": "E1", "profile": "eastron-sdm630", "line": "a", "unit": 7, "baud": 19200, "parity": "even" },
            { "serial": "E2", "profile": "dlt645-2007-single-phase", "line": "a", "address": "000000000161", "registers": ["1-0:2.8.0"] },
            { "serial": "W1", "profile": "cjt188-cold-water", "line": "a", "address": "78330011223344" },
            { "serial": "H1", "profile": "cjt188-heat-jy", "line": "a", "address": "00000040314132", "baud": 1200 },
            { "serial": "H2", "profile": "mbus-heat", "line": "a", "address": "1149037877040E16" },
            { "serial": "E3", "profile": "dlt645-1997", "line": "a", "address": "138000130754", "baud": 1200 },
            """, "\"baud\": 2400, \"parity\": \"even\"");
        Assert.Equal("", NodeTableFault.Of(table));
        Assert.Equal(
            ["Modbus 07", "Dlt645 610100000000", "Cjt188 1044332211003378", "Cjt188 2032413140000000", "MBus 7803491177040E16", "Dlt645Of1997 540713008013"],
            table.Meters.Select(m => $"{m.Protocol} {Convert.ToHexString(m.Address)}"));
        Assert.Equal([19200, 0, 0, 1200, 0, 1200], table.Meters.Select(m => m.BaudRate));
        Assert.Equal([(2, 1), (2, 1)], new[] { table.Meters[0], table.Meters[3] }.Select(m => ((int)m.Parity, (int)m.StopBits)));
        Assert.Equal([100, 0], new[] { table.Meters[0], table.Meters[1] }.Select(m => m.GapMs));
        Assert.Equal([80, 125], new[] { table.Meters[0], table.Meters[1] }.Select(m => m.RegistersMax));
        Assert.Equal([0, 0, 0, 3, 0, 0], table.Meters.Select(m => (int)m.Variant));
        Assert.Equal(
            ["0 1-0:1.8.0", "0 1-0:2.8.0", "1 1-0:2.8.0", "2 8-0:1.0.0", "3 6-0:1.0.0", "3 6-0:2.0.0", "4 6-0:1.0.0", "4 6-0:2.0.0", "5 1-0:1.8.0", "5 1-0:2.8.0"],
            table.Channels.Select(c => $"{c.Meter} {c.Layout.Register}"));
    }

    [Theory]
    [InlineData("""{ "serial": "A", "profile": "eastron-sdm630", "line": "a", "unit": 1, "address": "1" }""", "meters[0].address: is not for a modbus-rtu meter: give unit, 1 to 247")]
    [InlineData("""{ "serial": "A", "profile": "eastron-sdm630", "line": "a" }""", "meters[0].unit: is missing")]
    [InlineData("""{ "serial": "A", "profile": "mbus-water", "line": "a", "unit": 1 }""", "meters[0].unit: is for Modbus: give a mbus meter its address")]
    [InlineData("""{ "serial": "A", "profile": "mbus-water", "line": "a", "address": 5 }""", "meters[0].address: must be a text")]
    [InlineData("""{ "serial": "A", "profile": "dlt645-1997", "line": "a", "address": "161" }""", "meters[0].address: \"161\" is no address of one dlt645-1997 meter: give address, 12 digits")]
    [InlineData("""{ "serial": "A", "profile": "cjt188-gas", "line": "a", "address": "000000000161" }""", "meters[0].address: \"000000000161\" is no address of one cjt188-2004 meter: give address, 14 digits")]
    [InlineData("""{ "serial": "A", "profile": "cjt188-gas", "line": "a", "address": "00000000000161" }""", "meters[0].baud: such a meter leaves the factory at 2400 8E1, its line is at 9600 8N1")]
    [InlineData("""{ "serial": "A", "profile": "cjt188-gas", "line": "a", "address": "00000000000161", "baud": 200 }""", "meters[0].baud: must be a whole number from 300")]
    [InlineData("""{ "serial": "A", "profile": "cjt188-gas", "line": "a", "address": "00000000000161", "parity": "mark" }""", "meters[0].parity: must be one of")]
    [InlineData("""{ "serial": "A", "profile": "mbus-heat", "line": "a", "address": "1", "baud": 2400, "registers": ["6-0:3.0.0"] }""", "meters[0].registers: must be a list of some of 6-0:1.0.0, 6-0:2.0.0")]
    [InlineData("""{ "serial": "A", "profile": "mbus-heat", "line": "a", "address": "1", "baud": 2400, "registers": [] }""", "meters[0].registers: must be a list of some of")]
    [InlineData("""{ "serial": "A", "profile": "mbus-heatt", "line": "a", "address": "1", "baud": 2400 }""", "such as mbus-heat, mbus-water")]
    [InlineData("""{ "serial": "A", "profile": "mbus-heat", "line": "a", "address": "1", "baud": 2400, "parity": "even" }, { "serial": "B", "profile": "mbus-water", "line": "a", "address": "1", "baud": 2400, "parity": "even" }""", "meters: meters A and B have the same address on line \"a\"")]
    public void What_does_not_fit_a_meters_protocol_or_its_line_is_told_by_its_path(string meters, string expected)
    {
        string file = Write(meters, "\"baud\": 9600");
        IReadOnlyList<string> errors = Assert.Throws<ConfigurationException>(() => NodeConfigurationLoader.Load(file, Profiles)).Errors;
        Assert.Contains(errors, e => e.Contains(expected));
    }

    [Fact]
    public void A_name_that_is_not_there_is_answered_with_names_alike_that_are_offered()
    {
        string file = Write("""{ "serial": "A", "profile": "janitza-umg80", "line": "a", "unit": 1 }""", "\"baud\": 9600");
        string error = Assert.Single(Assert.Throws<ConfigurationException>(() => NodeConfigurationLoader.Load(file, Profiles)).Errors, e => e.Contains("profile"));
        Assert.Contains("janitza-umg604", error);
        Assert.DoesNotContain("janitza-umg806", error);
    }

    [Fact]
    public void The_same_number_in_two_protocols_is_two_meters()
    {
        NodeTable table = Table("""
            { "serial": "A", "profile": "eastron-sdm630", "line": "a", "unit": 1, "baud": 9600, "parity": "none" },
            { "serial": "B", "profile": "mbus-water", "line": "a", "address": "1" },
            """, "\"baud\": 2400, \"parity\": \"even\"");
        Assert.Equal("", NodeTableFault.Of(table));
        Assert.Equal(2, table.Meters.Length);
    }

    [Fact]
    public void Sixteen_meters_of_all_protocols_with_two_registers_each_fit_a_nodes_table_and_come_back_the_same()
    {
        string[] meters =
        [
            .. Enumerable.Range(1, 8).Select(i => $$"""{ "serial": "2026000{{i}}", "profile": "{{(i % 2 == 0 ? "abb-b-series" : "wb-map3e")}}", "line": "a", "unit": {{i}}, "baud": 19200, "parity": "none", "registers": ["1-0:1.8.0", "1-0:2.8.0"] }"""),
            .. Enumerable.Range(1, 2).Select(i => $$"""{ "serial": "00000000016{{i}}", "profile": "dlt645-2007-single-phase", "line": "a", "address": "00000000016{{i}}" }"""),
            .. Enumerable.Range(1, 2).Select(i => $$"""{ "serial": "0033445{{i}}", "profile": "cjt188-heat-kwh", "line": "b", "address": "0000000033445{{i}}" }"""),
            .. Enumerable.Range(1, 2).Select(i => $$"""{ "serial": "1149037{{i}}", "profile": "mbus-heat", "line": "b", "address": "1149037{{i}}77040E16" }"""),
            .. Enumerable.Range(1, 2).Select(i => $$"""{ "serial": "F500-{{i}}", "profile": "sick-flowsic500", "line": "b", "unit": {{i}} }"""),
        ];
        NodeTable table = Table(string.Join(",\n", meters), "\"baud\": 2400, \"parity\": \"even\"");
        Assert.Equal((16, Limits.ChannelsMax), (table.Meters.Length, table.Channels.Length));
        byte[] block = new byte[NodeTable.BytesMax];
        HmacBlockMac mac = new("n", Convert.FromHexString(Key));
        int count = NodeTableCodec.Write(new BlockEnvelope(mac), table, block);
        Assert.InRange(count, 1, NodeTable.BytesMax);
        NodeTable? read = NodeTableCodec.Read(block, count, out string fault);
        Assert.Equal("", fault);
        byte[] again = new byte[NodeTable.BytesMax];
        Assert.Equal(count, NodeTableCodec.Write(new BlockEnvelope(mac), read!, again));
        Assert.Equal(block, again);
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} bytes for 16 meters with 32 channels");
    }

    private NodeTable Table(string meters, string line) => NodeTableCompiler.Compile(NodeConfigurationLoader.Load(Write(meters, line), Profiles));

    private string Write(string meters, string line) => _folder.Write("node.json", $$"""
        { "node": "n", "intervalSeconds": 900, "gateway": { "host": "localhost", "port": 1883 }, "macKey": "{{Key}}", "journal": { "file": "j" },
          "lines": [{ "name": "a", "port": "tty", {{line}} }, { "name": "b", "port": "ttyB", {{line}} }],
          "meters": [{{meters}}],
        }
        """);
}
