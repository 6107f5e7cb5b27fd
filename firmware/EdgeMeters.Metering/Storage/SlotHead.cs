using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Storage;

/// <summary>What stands at the begin of a slot, written last (FORMAT.md, "Document slots").</summary>
internal sealed class SlotHead
{
    public const int Bytes = 20;

    private const uint Magic = 0x31444D45;

    public SlotState State;

    /// <summary>Counts documents as they are written; of two whole ones the higher is in force.</summary>
    public uint Generation;

    /// <summary>Bytes of the document.</summary>
    public int Count;

    /// <summary>CRC-32C of the document.</summary>
    public uint Crc;

    public void Write(ByteWriter writer, byte[] buffer)
    {
        writer.Start(buffer, 0, Bytes);
        writer.UInt32(Magic);
        writer.UInt32(Generation);
        writer.UInt32((uint)Count);
        writer.UInt32(Crc);
        writer.UInt32(Crc32C.Compute(buffer, 0, writer.Position));
    }

    /// <summary>Takes what stands in the buffer; <see cref="SlotState.Whole"/> says so of the head only.</summary>
    public void Read(ByteReader reader, byte[] buffer, int bytesMax)
    {
        State = StateOf(reader, buffer, bytesMax);
        if (State == SlotState.Whole)
            return;
        Generation = 0;
        Count = 0;
        Crc = 0;
    }

    private SlotState StateOf(ByteReader reader, byte[] buffer, int bytesMax)
    {
        if (IsAll(buffer, 0xFF) || IsAll(buffer, 0))
            return SlotState.Empty;
        reader.Start(buffer, 0, Bytes);
        uint magic = reader.UInt32();
        Generation = reader.UInt32();
        uint count = reader.UInt32();
        Crc = reader.UInt32();
        uint crc = Crc32C.Compute(buffer, 0, reader.Position);
        bool isWhole = magic == Magic && reader.UInt32() == crc && Generation != 0 && count != 0 && count <= (uint)bytesMax;
        Count = (int)count;
        return isWhole ? SlotState.Whole : SlotState.HeadDamaged;
    }

    private static bool IsAll(byte[] buffer, byte b)
    {
        for (int i = 0; i < Bytes; i++)
        {
            if (buffer[i] != b)
                return false;
        }
        return true;
    }
}
