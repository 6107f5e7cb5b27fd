using System;
using System.Threading;
using EdgeMeters.Metering.Boards;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Panel;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Metering.Update;
using EdgeMeters.Node.Flash;
using EdgeMeters.Node.Network;
using EdgeMeters.Node.Panel;
using EdgeMeters.Wire;
using nanoFramework.Runtime.Native;

namespace EdgeMeters.Node;

/// <summary>Where the application begins. Never ends and lets nothing out: what would end it restarts the chip, after a pause.</summary>
public static class Program
{
    private const string ConfigurationPrefix = "I:\\c";

    /// <summary>Two slots of two sectors: the longest table with its head does not fit one.</summary>
    private const int ConfigurationSectors = 4;

    /// <summary>Before a restart when not even the devices would open.</summary>
    private const int FaultPauseMs = 60000;

    /// <summary>Of a board that takes no updates over the air: the application lies in the deploy region alone.</summary>
    public static void Main()
    {
        Start(new uint[] { ApplicationVersion.Number, LaunchContract.FactorySlot });
    }

    /// <summary>The loader's call; see <see cref="LaunchContract"/>.</summary>
    public static void Start(uint[] launch)
    {
        try
        {
            Run(launch);
        }
        catch (Exception e)
        {
            Console.WriteLine("FAULT: " + e.Message);
            Console.WriteLine("the node starts again in " + (FaultPauseMs / 1000).ToString() + " s");
            Thread.Sleep(FaultPauseMs);
        }
        // Sets a flag and returns; the chip restarts once the interpreter looks at it.
        Power.RebootDevice();
        Thread.Sleep(Timeout.Infinite);
    }

    private static void Run(uint[] launch)
    {
        NodeService? service = Make(launch);
        if (service != null)
            service.Run();
    }

    /// <summary>The node of what is configured; in the factory state it stays here.</summary>
    private static NodeService? Make(uint[] launch)
    {
        Console.WriteLine("EdgeMeters node, application " + launch[LaunchContract.VersionAt].ToString() + " on " + SystemInfo.TargetName);
        NodeClock clock = new NodeClock();
        NodeEntropy entropy = new NodeEntropy();
        NetworkLink network = new NetworkLink(clock);
        byte[] line = NodeFiles.Read(NodeFiles.Identity, NodeIdentity.CharsMax);
        NodeIdentity? identity = NodeIdentity.Read(line, line.Length);
        if (identity == null)
        {
            StayInFactoryState(network, launch, "", NodeFiles.Identity + ", one line: the node's name, a blank and its key of 64 hexadecimal digits", null, clock);
            return null;
        }
        BlockEnvelope envelope = new BlockEnvelope(new HmacMac(identity.Name, identity.Key));
        ConfigurationStore store = new ConfigurationStore(new SegmentFileDevice(ConfigurationPrefix, ConfigurationSectors), envelope, identity.Name);
        string fault = Load(store);
        NodeTable? table = store.Table;
        Board? board = table == null ? null : BoardCatalog.ByNumber(table.Board);
        if (table != null)
            fault = Refusal(table, board);
        if (table == null || board == null || fault.Length > 0)
        {
            bool isOfThisChip = board != null && BoardCatalog.RefusalOf(board, SystemInfo.TargetName) == null;
            StayInFactoryState(network, launch, identity.Name, fault, isOfThisChip ? new BoardDevices(board!, clock) : null, clock);
            return null;
        }
        StartRecord starts = new StartRecord();
        NodeFiles.TryWrite(NodeFiles.Starts, starts.Begin(NodeFiles.Read(NodeFiles.Starts, StartRecord.Bytes)));
        NodeService service = new NodeService(board, table, identity, store, network, clock, entropy, starts, launch);
        store.ForgetTable();
        return service;
    }

    /// <summary>Loads what is in force, which is what the technician left if that is newer than everything else.</summary>
    /// <returns>Why there is none, should there be none.</returns>
    private static string Load(ConfigurationStore store)
    {
        store.Load();
        byte[] deployed = NodeFiles.Read(NodeFiles.Table, NodeTable.BytesMax);
        if (deployed.Length == 0)
            return NodeFiles.Table + ", the signed configuration of this node";
        if (store.TryStore(deployed, deployed.Length))
            store.Load();
        else if (store.Table == null)
            return "another " + NodeFiles.Table + ", because " + store.Fault;
        return "";
    }

    private static string Refusal(NodeTable table, Board? board)
    {
        if (board == null)
            return "a configuration for a board; this one names board " + table.Board.ToString() + ", which there is none of";
        string? refusal = BoardCatalog.RefusalOf(board, SystemInfo.TargetName);
        if (refusal == null)
            refusal = board.RefusalOf(table);
        return refusal == null ? "" : refusal;
    }

    // Without a board that fits the chip no pin is touched, not even a light's: which board this is, is what the configuration would say.
    private static void StayInFactoryState(NetworkLink network, uint[] launch, string node, string needs, BoardDevices? devices, NodeClock clock)
    {
        string line = FactoryNotice.Line(SystemInfo.TargetName, network.HardwareAddress, launch[LaunchContract.VersionAt], node, needs);
        FactoryBeacon beacon = new FactoryBeacon(network, line);
        StatusLed led = new StatusLed();
        led.IsFactory = true;
        long tellMs = 0;
        while (true)
        {
            if (clock.MonotonicMs >= tellMs)
            {
                beacon.Tell();
                tellMs = clock.MonotonicMs + FactoryNotice.PeriodMs;
            }
            if (devices != null)
            {
                devices.ShowLed(led.IsOn(clock.MonotonicMs));
                devices.Feed();
            }
            Thread.Sleep(StatusLed.StepMs);
        }
    }
}
