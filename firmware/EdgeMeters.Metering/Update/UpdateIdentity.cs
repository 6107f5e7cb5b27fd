using System;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Update;

/// <summary>Who a node is to its loader, given to it by cable once: name, board and update key (FORMAT.md, "Update identity").</summary>
public sealed class UpdateIdentity
{
    public const int Bytes = 4 + 1 + ImageHead.NodeCharsMax + KeyBytes + 4;
    public const int KeyBytes = 32;

    private const uint Magic = 0x31554D45;

    public string Node { get; set; } = "";

    public byte Board { get; set; }

    /// <summary>Of this node alone; whoever has it can make images for this node and for no other.</summary>
    public byte[] Key { get; set; } = new byte[KeyBytes];

    /// <returns>False when a field is outside its rule.</returns>
    public bool TryWrite(byte[] buffer)
    {
        if (Board == 0 || Key.Length != KeyBytes || !PaddedText.Fits(Node, ImageHead.NodeCharsMax))
            return false;
        ByteWriter writer = new ByteWriter();
        writer.Start(buffer, 0, Bytes);
        writer.UInt32(Magic);
        writer.Byte(Board);
        PaddedText.Write(writer, Node, ImageHead.NodeCharsMax);
        writer.Bytes(Key, 0, KeyBytes);
        writer.UInt32(Crc32C.Compute(buffer, 0, writer.Position));
        return true;
    }

    /// <returns>False for anything but what <see cref="TryWrite"/> wrote.</returns>
    public bool TryRead(byte[] buffer, int count)
    {
        if (count != Bytes)
            return false;
        ByteReader reader = new ByteReader();
        reader.Start(buffer, 0, count);
        if (reader.UInt32() != Magic)
            return false;
        Board = reader.Byte();
        Node = PaddedText.Read(reader, ImageHead.NodeCharsMax);
        Array.Copy(buffer, reader.Position, Key, 0, KeyBytes);
        reader.Skip(KeyBytes);
        uint crc = Crc32C.Compute(buffer, 0, reader.Position);
        return reader.UInt32() == crc && Board != 0 && PaddedText.Fits(Node, ImageHead.NodeCharsMax);
    }
}
