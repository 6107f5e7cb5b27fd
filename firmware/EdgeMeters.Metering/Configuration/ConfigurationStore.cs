using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Configuration;

/// <summary>Keeps the configuration in force and the one before it, each as it was signed.</summary>
/// <remarks>
/// A new one is on trial until the gateway's first receipt under it: one that names a wrong gateway would otherwise take the node out of reach
/// for good. A configuration that was reverted stays where it is, marked, so that the same version is not taken a second time.
/// </remarks>
public sealed class ConfigurationStore
{
    private const int ConfirmedMark = 0;
    private const int RevertedMark = 1;
    private const int Marks = 2;

    private readonly DocumentSlots _slots;
    private readonly BlockEnvelope _envelope;
    private readonly string _node;
    private readonly uint[] _versions = new uint[DocumentSlots.SlotCount];
    private int _slot = DocumentSlots.None;

    /// <param name="device">At least two sectors of 4 KiB; the store's own.</param>
    /// <param name="envelope">The node's key.</param>
    /// <param name="node">The node's name: a table for another is refused.</param>
    public ConfigurationStore(IBlockDevice device, BlockEnvelope envelope, string node)
    {
        _slots = new DocumentSlots(device, Marks);
        _envelope = envelope;
        _node = node;
    }

    /// <summary>The table in force; null in the factory state, and once it was forgotten.</summary>
    public NodeTable? Table { get; private set; }

    /// <summary>Version of the table in force; 0 in the factory state.</summary>
    public uint Version
    {
        get { return _slot == DocumentSlots.None ? 0 : _versions[_slot]; }
    }

    /// <summary>What was wrong with the document refused last, or an empty string.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>True while the table in force has yet to bring a receipt, and there is one to go back to.</summary>
    public bool IsOnTrial
    {
        get { return _slot != DocumentSlots.None && !_slots.IsMarked(_slot, ConfirmedMark) && IsUsable(Other(_slot)); }
    }

    /// <summary>Reads what is kept: the newest table that is whole, authentic and not reverted.</summary>
    public void Load()
    {
        Table = null;
        _slot = DocumentSlots.None;
        for (int slot = 0; slot < DocumentSlots.SlotCount; slot++)
        {
            NodeTable? table = ReadSlot(slot);
            _versions[slot] = table == null ? 0 : table.Version;
            if (table == null || _slots.IsMarked(slot, RevertedMark))
                continue;
            if (Table != null && Table.Version > table.Version)
                continue;
            Table = table;
            _slot = slot;
        }
    }

    /// <summary>Lets the table go once the node is made of it: it takes ten kilobytes of a microcontroller's memory.</summary>
    public void ForgetTable()
    {
        Table = null;
    }

    /// <summary>Keeps a configuration; it comes into force at the next <see cref="Load"/>.</summary>
    /// <returns>False when it is refused, for what <see cref="Fault"/> says; nothing has changed.</returns>
    /// <exception cref="DeviceException">The device fails.</exception>
    public bool TryStore(byte[] document, int count)
    {
        NodeTable? table = Judge(document, count);
        if (table == null)
            return false;
        if (table.Version <= _versions[0] || table.Version <= _versions[1])
        {
            Fault = "version " + table.Version.ToString() + " is not above that of every configuration known here";
            return false;
        }
        // Never over the one in force: should the power go, it is what the node starts with.
        int slot = _slot == DocumentSlots.None ? 0 : Other(_slot);
        if (!_slots.TryBegin(slot, count) || !_slots.TryAppend(document, 0, count) || !_slots.TryCommit())
        {
            _versions[slot] = 0;
            Fault = "the flash did not take it";
            return false;
        }
        _versions[slot] = table.Version;
        return true;
    }

    /// <summary>The table in force has proved itself.</summary>
    public void Confirm()
    {
        if (_slot != DocumentSlots.None)
            _slots.TryMark(_slot, ConfirmedMark);
    }

    /// <summary>Gives up the table in force for the one before, at the next <see cref="Load"/>.</summary>
    /// <returns>False when there is none before, or the flash would not note it.</returns>
    public bool TryRevert()
    {
        return IsOnTrial && _slots.TryMark(_slot, RevertedMark);
    }

    private bool IsUsable(int slot)
    {
        return _versions[slot] != 0 && !_slots.IsMarked(slot, RevertedMark);
    }

    private NodeTable? ReadSlot(int slot)
    {
        int count = _slots.CountOf(slot);
        if (count == 0 || count > NodeTable.BytesMax)
            return null;
        // Needed at the start only: it is not kept.
        byte[] document = new byte[count];
        _slots.ReadPart(slot, 0, document, 0, count);
        return Judge(document, count);
    }

    private NodeTable? Judge(byte[] document, int count)
    {
        BlockError error = _envelope.Verify(document, 0, count);
        if (error != BlockError.None)
        {
            Fault = "it is not signed for this node, or damaged (error " + ((int)error).ToString() + ")";
            return null;
        }
        string fault;
        NodeTable? table = NodeTableCodec.Read(document, count, out fault);
        if (table != null && table.Node != _node)
        {
            fault = "it is for node " + table.Node;
            table = null;
        }
        Fault = fault;
        return table;
    }

    private static int Other(int slot)
    {
        return DocumentSlots.SlotCount - 1 - slot;
    }
}
