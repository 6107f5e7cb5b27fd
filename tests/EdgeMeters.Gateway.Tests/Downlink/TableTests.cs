using EdgeMeters.Gateway.Tests.Ingest;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Downlink;

public sealed class TableTests : IDisposable
{
    private const string Node = DialogueUnderTest.Node;

    private readonly DialogueUnderTest _one = new();

    public TableTests() => _one.Connect();

    public void Dispose() => _one.Dispose();

    [Fact]
    public void A_newer_configuration_goes_down_with_the_hello_byte_by_byte_as_it_was_signed()
    {
        byte[] table = Table(300);
        _one.WriteTable(table);
        _one.Say(1, configuration: 299);
        Assert.Equal(table, Tables().Single());
        Assert.Equal(300u, _one.Dialogues.Node(Node)!.ConfigurationWaiting);
        _one.Say(1, 2, configuration: 299);
        Assert.Equal(table, Tables().Single());
        // The node restarted with it.
        _one.Say(2, configuration: 300);
        Assert.Empty(Tables());
        Assert.Null(_one.Dialogues.Node(Node)!.ConfigurationWaiting);
    }

    [Theory]
    [InlineData(300u)]
    [InlineData(301u)]
    [InlineData(uint.MaxValue)]
    public void A_configuration_that_is_not_newer_stays(uint configuration)
    {
        _one.WriteTable(Table(300));
        _one.Say(1, configuration: configuration);
        Assert.Empty(Tables());
    }

    [Fact]
    public void A_configuration_for_another_node_goes_to_nobody_and_is_named()
    {
        _one.WriteTable(Table(300), DialogueUnderTest.OtherNode);
        _one.Say(1);
        Assert.Empty(Tables());
        Assert.Null(_one.Dialogues.Node(Node)!.ConfigurationFault);
        // The same file in this node's folder is under the other's key.
        _one.WriteTable(Table(300, DialogueUnderTest.OtherNode));
        _one.Say(1, 2);
        AssertFault(nameof(BlockError.MacMismatch));
    }

    public static TheoryData<string, BlockError> Unfit => new()
    {
        { "damaged", BlockError.CrcMismatch },
        { "empty", BlockError.TooShort },
        { "huge", BlockError.TooLong },
        { "command", BlockError.UnknownKind },
        { "version 0", BlockError.BadField },
        { "version of 33 bits", BlockError.BadField },
        { "no version", BlockError.BadField },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void A_file_that_is_no_configuration_of_this_node_is_not_sent_and_named_until_it_is_mended(string what, BlockError error)
    {
        var mac = IngestUnderTest.MacOf(Node);
        byte[] good = Table(300);
        _one.WriteTable(what switch
        {
            "damaged" => [.. good[..5], (byte)(good[5] ^ 1), .. good[6..]],
            "empty" => [],
            // Authentic, but no node has room for it.
            "huge" => IngestUnderTest.Seal(mac, BlockKind.Configuration, [1, .. new byte[NodeTable.BytesMax - BlockEnvelope.OverheadBytes]]),
            "command" => IngestUnderTest.Seal(mac, BlockKind.Command, [1, 0, 0, 0, 1, 5, 255, 120, 0]),
            "version 0" => IngestUnderTest.Seal(mac, BlockKind.Configuration, [0, 1, 2]),
            "version of 33 bits" => IngestUnderTest.Seal(mac, BlockKind.Configuration, [0x80, 0x80, 0x80, 0x80, 0x10, 1]),
            _ => IngestUnderTest.Seal(mac, BlockKind.Configuration, []),
        });
        _one.Say(1);
        AssertFault(error.ToString());
        _one.WriteTable(good);
        _one.Say(1, 2);
        Assert.Equal(good, Tables().Single());
        Assert.Null(_one.Dialogues.Node(Node)!.ConfigurationFault);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_version_that_the_node_took_back_or_could_not_read_is_not_offered_again_but_the_next_is(long whatBecameOfIt)
    {
        _one.WriteTable(Table(300));
        _one.Tell((EventCode.Configuration, 300, 0));
        _one.Say(1, configuration: 7);
        Assert.Single(Tables());
        _one.Tell((EventCode.Configuration, 300, whatBecameOfIt));
        _one.Say(2, configuration: 7);
        Assert.Empty(Tables());
        _one.WriteTable(Table(301));
        _one.Say(2, 2, configuration: 7);
        Assert.Equal(Table(301), Tables().Single());
    }

    private void AssertFault(string fault)
    {
        Assert.Empty(Tables());
        string? said = _one.Dialogues.Node(Node)!.ConfigurationFault;
        Assert.Contains(fault, said, StringComparison.Ordinal);
        Assert.Contains(_one.PathOfTable(), said, StringComparison.Ordinal);
        Assert.Null(_one.Dialogues.Node(Node)!.ConfigurationWaiting);
    }

    private IReadOnlyList<byte[]> Tables() => [.. _one.Read().OfType<byte[]>()];

    private static byte[] Table(uint version, string node = Node)
    {
        var writer = new ByteWriter();
        byte[] body = new byte[200];
        writer.Start(body, 0, body.Length);
        writer.VarUInt(version);
        return IngestUnderTest.Seal(IngestUnderTest.MacOf(node), BlockKind.Configuration, body);
    }
}
