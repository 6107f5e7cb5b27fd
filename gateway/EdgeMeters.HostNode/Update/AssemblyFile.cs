using System.Buffers.Binary;
using System.Text;
using EdgeMeters.Metering.Update;

namespace EdgeMeters.HostNode.Update;

/// <summary>An assembly in the form that the ESP32 loads (.pe), with what its tables say of it.</summary>
/// <remarks>
/// nf-interpreter, nanoCLR_Types.h and TypeSystem.cpp: head of 124 bytes with the begin of each table from byte 40 on, references to other
/// assemblies in the first table (12 bytes each: name u16, 2 unused, version 4 × u16), names as offsets into the table of strings. Names that the
/// interpreter has itself are beyond that table's end; none of ours is.
/// </remarks>
public sealed class AssemblyFile
{
    private const int HeadCrcAt = 8;
    private const int AssemblyCrcAt = 12;
    private const int VersionAt = 28;
    private const int NameAt = 36;
    private const int TablesAt = 40;
    private const int ReferencesTable = 0;
    private const int StringsTable = 11;
    private const int ReferenceBytes = 12;
    private const uint Polynomial = 0x04C11DB7;

    private readonly byte[] _bytes;

    private AssemblyFile(byte[] bytes)
    {
        _bytes = bytes;
        Name = NameOf(Word(NameAt));
        Version = VersionOf(VersionAt);
        References = ReadReferences();
    }

    public string Name { get; }

    public Version Version { get; }

    /// <summary>Assemblies that must have been loaded before, with the versions wanted; one that the interpreter has a name for has none here.</summary>
    public IReadOnlyList<(string Name, Version Version)> References { get; }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads a file whole.</summary>
    /// <returns>Null for one that the interpreter would refuse: something else, cut short, or damaged.</returns>
    public static AssemblyFile? TryRead(byte[] file)
    {
        if (file.Length < AssemblyHead.Bytes || AssemblyHead.LengthOf(file) != file.Length || !HasItsCrcs(file) || !HasItsTables(file))
            return null;
        return new AssemblyFile(file);
    }

    private static bool HasItsCrcs(byte[] file)
    {
        byte[] head = file[..AssemblyHead.Bytes];
        head.AsSpan(HeadCrcAt, 4).Clear();
        return Crc(head) == BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(HeadCrcAt))
            && Crc(file.AsSpan(AssemblyHead.Bytes)) == BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(AssemblyCrcAt));
    }

    private static bool HasItsTables(byte[] file)
    {
        int references = TableAt(file, ReferencesTable), afterReferences = TableAt(file, ReferencesTable + 1);
        int strings = TableAt(file, StringsTable), afterStrings = TableAt(file, StringsTable + 1);
        return references >= AssemblyHead.Bytes && afterReferences >= references && strings >= afterReferences && afterStrings >= strings && afterStrings <= file.Length;
    }

    private static int TableAt(byte[] file, int table) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(TablesAt + 4 * table));

    // As SUPPORT_ComputeCRC (nanoSupport_CRC32.c): most significant bit first, from zero, nothing added.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0;
        foreach (byte next in bytes)
        {
            crc ^= (uint)next << 24;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
        }
        return crc;
    }

    private List<(string Name, Version Version)> ReadReferences()
    {
        List<(string, Version)> references = [];
        int end = TableAt(_bytes, ReferencesTable + 1);
        for (int at = TableAt(_bytes, ReferencesTable); at <= end - ReferenceBytes; at += ReferenceBytes)
        {
            string name = NameOf(Word(at));
            if (name.Length > 0)
                references.Add((name, VersionOf(at + 4)));
        }
        return references;
    }

    private string NameOf(int offset)
    {
        ReadOnlySpan<byte> strings = _bytes.AsSpan()[TableAt(_bytes, StringsTable)..TableAt(_bytes, StringsTable + 1)];
        if (offset >= strings.Length)
            return "";
        strings = strings[offset..];
        int end = strings.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? strings : strings[..end]);
    }

    private Version VersionOf(int at) => new(Word(at), Word(at + 2), Word(at + 4), Word(at + 6));

    private int Word(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));
}
