using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>Walks the instructions of a method body.</summary>
internal static class IlReader
{
    private static readonly Dictionary<int, OpCode> OpCodesByNumber = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>Each instruction with its token; the token is zero where the instruction has none.</summary>
    public static IEnumerable<(OpCode Code, int Token)> Instructions(byte[] il)
    {
        return PlacedInstructions(il).Select(instruction => (instruction.Code, instruction.Token));
    }

    /// <summary>Each instruction with the offset of its first byte.</summary>
    public static IEnumerable<(OpCode Code, int At)> Offsets(byte[] il)
    {
        return PlacedInstructions(il).Select(instruction => (instruction.Code, instruction.OperandAt - instruction.Code.Size));
    }

    /// <summary>Each instruction with its token and where its operand begins.</summary>
    public static IEnumerable<(OpCode Code, int Token, int OperandAt)> PlacedInstructions(byte[] il)
    {
        int at = 0;
        while (at < il.Length)
        {
            int number = il[at++];
            if (number == 0xFE)
                number = 0xFE00 | il[at++];
            OpCode code = OpCodesByNumber[number];
            int token = 0;
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig)
                token = BitConverter.ToInt32(il, at);
            int operandAt = at;
            at += OperandBytes(code, il, at);
            yield return (code, token, operandAt);
        }
    }

    /// <summary>Names of the assemblies that an assembly refers to.</summary>
    public static string[] ReferencesOf(string assemblyPath)
    {
        using var file = new PEReader(File.OpenRead(assemblyPath));
        MetadataReader metadata = file.GetMetadataReader();
        return metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).ToArray();
    }

    /// <summary>Version that an assembly bears.</summary>
    public static Version VersionOf(string assemblyPath)
    {
        using var file = new PEReader(File.OpenRead(assemblyPath));
        return file.GetMetadataReader().GetAssemblyDefinition().Version;
    }

    public static byte[] BytesOf(MethodBodyBlock body) => body.GetILBytes() ?? [];

    private static int OperandBytes(OpCode code, byte[] il, int at)
    {
        return code.OperandType switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
            _ => 4,
        };
    }
}
