using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Core;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Firmware.Tests.Wire;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Tables;

public sealed class ConfigurationStoreTests(ITestOutputHelper output)
{
    private static readonly Geometry Region = new(1, 4096, 4, 1);

    private SimulatedFlash _flash = new(Region);

    [Fact]
    public void Nothing_kept_is_the_factory_state()
    {
        Assert.Null(Loaded().Table);
    }

    [Fact]
    public void A_stored_configuration_is_in_force_at_the_next_start()
    {
        Assert.True(Loaded().TryStore(Document(3), Document(3).Length));
        Assert.Equal(3u, Loaded().Table!.Version);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public void A_version_that_is_not_higher_is_refused(uint version)
    {
        Store(3);
        ConfigurationStore store = Loaded();
        Assert.False(store.TryStore(Document(version), Document(version).Length));
        Assert.Contains("version", store.Fault, StringComparison.Ordinal);
        Assert.Equal(3u, Loaded().Table!.Version);
    }

    [Fact]
    public void One_signed_under_another_key_or_for_another_node_is_refused()
    {
        ConfigurationStore store = Loaded();
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        Refuse(store, Document(1, new HmacBlockMac(otherKey, "node")), "not signed");
        Refuse(store, Document(1, new HmacBlockMac(new byte[32], "node2")), "not signed");
        NodeTable foreign = VirtualNode.Table();
        foreign.Node = "node2";
        Refuse(store, Document(foreign, new HmacBlockMac(new byte[32], "node")), "for node node2");
        Assert.Null(Loaded().Table);
    }

    [Fact]
    public void A_power_cut_at_any_operation_of_a_write_leaves_the_old_configuration_or_the_new()
    {
        Store(1);
        Store(2);
        Random random = new(Seed.Take(output));
        SimulatedFlash flash = new(Region, _flash.Image());
        List<byte[]> images = [];
        flash.UnderWay = () =>
        {
            for (int i = 0; i < 8; i++)
                images.Add(flash.ImageAfterCut(random, i == 0 ? 0 : i == 1 ? flash.UnderWayBytes : random.Next(flash.UnderWayBytes + 1)));
        };
        _flash = flash;
        Assert.True(Loaded().TryStore(Document(3), Document(3).Length));
        List<uint> versions = [];
        foreach (byte[] image in images)
        {
            _flash = new SimulatedFlash(Region, image);
            versions.Add(Loaded().Table!.Version);
        }
        output.WriteLine($"{images.Count} power cuts");
        Assert.True(images.Count >= 40);
        Assert.Equal([2u, 3u], versions.Distinct().Order());
    }

    [Fact]
    public void Damage_of_the_newest_leaves_the_one_before()
    {
        Store(1);
        Store(2);
        byte[] image = _flash.Image();
        int at = image.AsSpan(8192).IndexOf("gateway"u8) + 8192;
        Assert.True(at > 8192);
        image[at] ^= 1;
        _flash = new SimulatedFlash(Region, image);
        Assert.Equal(1u, Loaded().Table!.Version);
    }

    [Fact]
    public void The_first_receipt_confirms_a_configuration()
    {
        VirtualNode node = OnTrial();
        node.Uplink.Connect();
        node.Run(7200);
        Assert.Empty(node.Restarts);
        Assert.Equal([(2L, 1L)], node.Told(EventCode.Configuration).Select(e => (e.A, e.B)));
        Assert.False(Loaded().IsOnTrial);
        Assert.Equal(2u, Loaded().Table!.Version);
    }

    [Fact]
    public void Without_a_receipt_it_is_reverted_and_the_same_version_is_not_taken_again()
    {
        VirtualNode node = OnTrial();
        node.Run(7200);
        Assert.Equal([RestartReason.Configuration], node.Restarts);
        ConfigurationStore store = Loaded();
        Assert.Equal(1u, store.Table!.Version);
        Assert.False(store.IsOnTrial);
        Assert.False(store.TryStore(Document(2), Document(2).Length));
        Assert.True(store.TryStore(Document(3), Document(3).Length));
        Assert.Equal(3u, Loaded().Table!.Version);
        Assert.True(Loaded().IsOnTrial);
    }

    [Fact]
    public void The_first_configuration_of_all_is_on_no_trial()
    {
        Store(1);
        Assert.False(Loaded().IsOnTrial);
        Assert.False(Loaded().TryRevert());
    }

    [Fact]
    public void A_configuration_from_the_gateway_is_kept_told_and_restarts_the_node()
    {
        Store(1);
        VirtualNode node = new() { Store = Loaded() };
        node.Start();
        node.Uplink.Connect();
        node.Run(2);
        node.Uplink.Documents.Enqueue(Document(7));
        node.Uplink.Documents.Enqueue(Document(1));
        node.Run(3);
        Assert.Equal([RestartReason.Configuration], node.Restarts);
        Assert.Equal([(7L, 0L), (1L, 3L)], node.Told(EventCode.Configuration).Select(e => (e.A, e.B)));
        Assert.Equal(7u, Loaded().Table!.Version);
    }

    [Theory]
    [InlineData("node-0001 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F", true)]
    [InlineData("node-0001 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\r\n", true)]
    [InlineData("node-0001 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1", false)]
    [InlineData("node-0001 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g", false)]
    [InlineData("node 0001 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", false)]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", false)]
    [InlineData("", false)]
    public void An_identity_is_a_name_and_a_key_or_nothing(string line, bool isOne)
    {
        byte[] text = System.Text.Encoding.ASCII.GetBytes(line);
        NodeIdentity? identity = NodeIdentity.Read(text, text.Length);
        Assert.Equal(isOne, identity != null);
        if (identity == null)
            return;
        Assert.Equal("node-0001", identity.Name);
        Assert.Equal([.. Enumerable.Range(0, 32).Select(i => (byte)i)], identity.Key);
    }

    private VirtualNode OnTrial()
    {
        Store(1);
        Store(2);
        ConfigurationStore store = Loaded();
        Assert.True(store.IsOnTrial);
        VirtualNode node = new() { Store = store };
        node.Start();
        return node;
    }

    private ConfigurationStore Loaded()
    {
        ConfigurationStore store = new(_flash, HmacBlockMac.AnyNode(), "node");
        store.Load();
        return store;
    }

    private void Store(uint version)
    {
        Assert.True(Loaded().TryStore(Document(version), Document(version).Length));
    }

    private static void Refuse(ConfigurationStore store, byte[] document, string why)
    {
        Assert.False(store.TryStore(document, document.Length));
        Assert.Contains(why, store.Fault, StringComparison.Ordinal);
    }

    private static byte[] Document(uint version, HmacBlockMac? mac = null)
    {
        NodeTable table = VirtualNode.Table();
        table.Version = version;
        return Document(table, mac ?? new HmacBlockMac(new byte[32], "node"));
    }

    private static byte[] Document(NodeTable table, HmacBlockMac mac)
    {
        byte[] block = new byte[NodeTable.BytesMax];
        return block[..NodeTableCodec.Write(new BlockEnvelope(mac), table, block)];
    }
}
