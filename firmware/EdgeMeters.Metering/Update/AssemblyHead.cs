namespace EdgeMeters.Metering.Update;

/// <summary>What begins an assembly in the form that the interpreter loads, .pe (FORMAT.md, "Application image").</summary>
/// <remarks>
/// CLR_RECORD_ASSEMBLY of nf-interpreter (nanoCLR_Types.h), little-endian: mark, two CRCs, flags, checksum and patch, then the version at 28, the
/// begin of each table from 40 on. What stands for the begin of a table behind the last one is the length of all. Tables are padded, so that
/// length is a multiple of four, and the assemblies of a deployment follow each other without gaps.
/// </remarks>
public static class AssemblyHead
{
    public const int Bytes = 124;

    /// <summary>Assemblies of one application.</summary>
    public const int AssembliesMax = 4;

    /// <summary>Four tables of 16-bit offsets, and what goes with them, stay below it.</summary>
    public const int AssemblyBytesMax = 256 * 1024;

    private const int VersionAt = 28;
    private const int LengthAt = 100;
    private const string Mark = "NFMRK1";

    /// <summary>Length of the assembly that begins so.</summary>
    /// <param name="head">At least <see cref="Bytes"/>.</param>
    /// <returns>0 for what is no assembly, or one longer than any.</returns>
    public static int LengthOf(byte[] head)
    {
        for (int i = 0; i < Mark.Length; i++)
        {
            if (head[i] != Mark[i])
                return 0;
        }
        if (head[Mark.Length] != 0)
            return 0;
        int length = head[LengthAt] | (head[LengthAt + 1] << 8) | (head[LengthAt + 2] << 16) | (head[LengthAt + 3] << 24);
        return length < Bytes || length > AssemblyBytesMax || length % 4 != 0 ? 0 : length;
    }

    /// <summary>Version of the application that the assembly is of: its own major version × 10,000 + minor.</summary>
    public static uint VersionOf(byte[] head)
    {
        return (uint)(Word(head, VersionAt) * 10000 + Word(head, VersionAt + 2));
    }

    private static int Word(byte[] head, int at)
    {
        return head[at] | (head[at + 1] << 8);
    }
}
