using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>What nanoFramework's metadata processor will make of an assembly, in bytes: byte code exactly, the rest from its tables.</summary>
internal sealed class NanoSizes
{
    // Records of nf-interpreter's tables (nanoCLR_Types.h): assembly head, reference to an assembly, other references, type, field, method.
    private const int HeadBytes = 124;
    private const int AssemblyReferenceBytes = 12;
    private const int ReferenceBytes = 8;
    private const int TypeBytes = 24;
    private const int FieldBytes = 8;
    private const int MethodBytes = 16;

    private readonly SortedDictionary<string, int> _codeBytes = new(StringComparer.Ordinal);

    public NanoSizes(string project)
    {
        using var file = new PEReader(File.OpenRead(NanoBuild.AssemblyOf(project)));
        MetadataReader metadata = file.GetMetadataReader();
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            string space = SpaceOf(metadata, handle);
            foreach (MethodDefinition method in metadata.GetTypeDefinition(handle).GetMethods().Select(metadata.GetMethodDefinition)
                .Where(method => method.RelativeVirtualAddress != 0))
            {
                MethodBodyBlock body = file.GetMethodBody(method.RelativeVirtualAddress);
                IlBytes += IlReader.BytesOf(body).Length;
                _codeBytes[space] = _codeBytes.GetValueOrDefault(space) + NanoBytesOf(body);
            }
        }
        // Names and literals share one table of UTF-8; a literal is UTF-16 here. Names of parameters are counted and will not be there.
        StringBytes = metadata.GetHeapSize(HeapIndex.String) + metadata.GetHeapSize(HeapIndex.UserString) / 2;
        AssemblyBytes = HeadBytes + AssemblyReferenceBytes * metadata.AssemblyReferences.Count
            + ReferenceBytes * (metadata.TypeReferences.Count + metadata.MemberReferences.Count) + TypeBytes * metadata.TypeDefinitions.Count
            + FieldBytes * metadata.FieldDefinitions.Count + MethodBytes * metadata.MethodDefinitions.Count
            + StringBytes + metadata.GetHeapSize(HeapIndex.Blob) + CodeBytes;
    }

    /// <summary>IL as the compiler wrote it.</summary>
    public int IlBytes { get; }

    /// <summary>The table of byte code.</summary>
    public int CodeBytes => _codeBytes.Values.Sum();

    /// <summary>The table of strings, at most.</summary>
    public int StringBytes { get; }

    /// <summary>The whole assembly, on the high side by up to a tenth.</summary>
    public int AssemblyBytes { get; }

    /// <summary>Byte code by namespace.</summary>
    public override string ToString() => string.Concat(_codeBytes.Select(space => $"\n{space.Value,8} {space.Key}"));

    private static string SpaceOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        return type.IsNested ? SpaceOf(metadata, type.GetDeclaringType()) : metadata.GetString(type.Namespace);
    }

    // A token and a long branch take 2 bytes instead of 4, a switch 1 + 2 for each target; a handler 12 bytes, and their count 1.
    private static int NanoBytesOf(MethodBodyBlock body)
    {
        byte[] il = IlReader.BytesOf(body);
        int bytes = il.Length;
        foreach ((OpCode code, _, int at) in IlReader.PlacedInstructions(il))
        {
            bytes -= code.OperandType switch
            {
                OperandType.InlineString or OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType
                    or OperandType.InlineTok or OperandType.InlineBrTarget => 2,
                OperandType.InlineSwitch => 3 + 2 * BitConverter.ToInt32(il, at),
                _ => 0,
            };
        }
        return body.ExceptionRegions.Length == 0 ? bytes : bytes + 1 + 12 * body.ExceptionRegions.Length;
    }
}
