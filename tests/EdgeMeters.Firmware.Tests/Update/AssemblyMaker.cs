using System.Buffers.Binary;
using System.Text;
using EdgeMeters.Metering.Update;

namespace EdgeMeters.Firmware.Tests.Update;

/// <summary>Assemblies in the form that the ESP32 loads, as the interpreter's own checks want them (nanoCLR_Types.h, nanoSupport_CRC32.c); their code is noise.</summary>
internal static class AssemblyMaker
{
    private const int TablesAt = 40;
    private const int Tables = 16;
    private const int StringsTable = 11;

    // CRC-32 with the polynomial 04C11DB7, most significant bit first.
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(number => Enumerable.Range(0, 8)
        .Aggregate((uint)number << 24, (crc, _) => (crc & 0x80000000) != 0 ? (crc << 1) ^ 0x04C11DB7 : crc << 1))];

    /// <summary>An assembly of that length, a multiple of four, that differs from every other by its version or its name.</summary>
    public static byte[] Make(string name, uint version, int bytes, params (string Name, uint Version)[] references)
    {
        byte[] assembly = new byte[bytes];
        new Random((int)version + name.Length).NextBytes(assembly);
        assembly.AsSpan(0, AssemblyHead.Bytes).Clear();
        "NFMRK1"u8.CopyTo(assembly);
        WriteVersion(assembly, 28, version);
        int stringsAt = AssemblyHead.Bytes + 12 * references.Length;
        List<byte> strings = [0, .. Encoding.ASCII.GetBytes(name), 0];
        Write16(assembly, 36, 1);
        for (int i = 0; i < references.Length; i++)
        {
            int at = AssemblyHead.Bytes + 12 * i;
            Write16(assembly, at, strings.Count);
            Write16(assembly, at + 2, 0);
            WriteVersion(assembly, at + 4, references[i].Version);
            strings.AddRange([.. Encoding.ASCII.GetBytes(references[i].Name), 0]);
        }
        strings.CopyTo(assembly, stringsAt);
        int afterStrings = (stringsAt + strings.Count + 3) / 4 * 4;
        for (int table = 0; table < Tables; table++)
        {
            int begin = table == 0 ? AssemblyHead.Bytes : table <= StringsTable ? stringsAt : table < Tables - 1 ? afterStrings : bytes;
            BinaryPrimitives.WriteInt32LittleEndian(assembly.AsSpan(TablesAt + 4 * table), begin);
        }
        return Sealed(assembly);
    }

    /// <summary>Both assemblies of an application.</summary>
    public static byte[][] Application(uint version, int bytes)
    {
        int first = bytes / 8 * 4;
        return [Make("EdgeMeters.Core", version, first), Make(LaunchContract.Assembly, version, bytes - first, ("EdgeMeters.Core", version))];
    }

    /// <summary>The same with its CRCs made anew.</summary>
    public static byte[] Sealed(byte[] assembly)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(assembly.AsSpan(12), Crc(assembly.AsSpan(AssemblyHead.Bytes)));
        assembly.AsSpan(8, 4).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(assembly.AsSpan(8), Crc(assembly.AsSpan(0, AssemblyHead.Bytes)));
        return assembly;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0;
        foreach (byte next in bytes)
            crc = CrcTable[(crc >> 24) ^ next] ^ (crc << 8);
        return crc;
    }

    private static void WriteVersion(byte[] assembly, int at, uint version)
    {
        assembly.AsSpan(at, 8).Clear();
        Write16(assembly, at, (int)(version / 10000));
        Write16(assembly, at + 2, (int)(version % 10000));
    }

    private static void Write16(byte[] assembly, int at, int number) => BinaryPrimitives.WriteUInt16LittleEndian(assembly.AsSpan(at), (ushort)number);
}
