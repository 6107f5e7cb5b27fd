using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>What the code takes of the chip: IL in flash, which is also heap when the application is loaded from the block device.</summary>
public sealed class NanoSizeTests
{
    /// <summary>Block format, node core and adapters together.</summary>
    private const int IlBytesMax = 120 * 1024;

    /// <summary>
    /// The loader's part of flash is not the question, but what it holds can never be updated in the field: it stays small enough to be read.
    /// </summary>
    private const int LoaderIlBytesMax = 16 * 1024;

    /// <summary>An offset into an assembly's byte code, and one into its strings, is 16 bits: the metadata processor refuses more.</summary>
    private const int TableBytesMax = ushort.MaxValue;

    private readonly ITestOutputHelper _output;

    public NanoSizeTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Theory]
    [InlineData(NanoBuild.Node, IlBytesMax)]
    [InlineData(NanoBuild.Loader, LoaderIlBytesMax)]
    public void The_program_fits_its_budget_and_the_tables_of_one_assembly(string project, int ilBytesMax)
    {
        string path = NanoBuild.AssemblyOf(project);
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        int ilBytes = 0;
        int nanoBytes = 0;
        foreach (MethodDefinition method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).Where(method => method.RelativeVirtualAddress != 0))
        {
            MethodBodyBlock body = file.GetMethodBody(method.RelativeVirtualAddress);
            ilBytes += IlReader.BytesOf(body).Length;
            nanoBytes += NanoBytesOf(body);
        }
        // Names and literals share one table of UTF-8; a literal is UTF-16 here, so this is more than it will be.
        int stringBytes = metadata.GetHeapSize(HeapIndex.String) + metadata.GetHeapSize(HeapIndex.UserString);
        _output.WriteLine($"{project}: {ilBytes} bytes of IL of at most {ilBytesMax}; {nanoBytes} as nanoFramework's byte code and at most "
            + $"{stringBytes} of strings, of at most {TableBytesMax} each; assembly as built here {new FileInfo(path).Length} bytes");
        Assert.InRange(ilBytes, 1, ilBytesMax);
        Assert.InRange(nanoBytes, 1, TableBytesMax);
        Assert.InRange(stringBytes, 1, TableBytesMax);
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
