using System.Reflection.Emit;
using System.Reflection.Metadata;

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
        foreach ((OpCode code, int at) in Offsets(il))
        {
            int token = 0;
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig)
                token = BitConverter.ToInt32(il, at + code.Size);
            yield return (code, token);
        }
    }

    /// <summary>Each instruction with the offset of its first byte.</summary>
    public static IEnumerable<(OpCode Code, int At)> Offsets(byte[] il)
    {
        int at = 0;
        while (at < il.Length)
        {
            OpCode code = OpCodesByNumber[il[at] == 0xFE ? 0xFE00 | il[at + 1] : il[at]];
            yield return (code, at);
            at += code.Size + OperandBytes(code, il, at + code.Size);
        }
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
