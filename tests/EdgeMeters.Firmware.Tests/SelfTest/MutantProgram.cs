using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;
using EdgeMeters.Firmware.Tests.Nano;

namespace EdgeMeters.Firmware.Tests.SelfTest;

/// <summary>The host node's assemblies with one number of one method off by one, loaded beside the true ones.</summary>
internal sealed class MutantProgram : AssemblyLoadContext
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private const string SelfTestType = "EdgeMeters.HostNode.HostSelfTest";

    private readonly string _assembly;
    private readonly byte[] _image;

    /// <param name="assembly">Assembly to change, such as EdgeMeters.Wire.</param>
    /// <param name="type">Full name of the type.</param>
    /// <param name="method">The method; of several with one name, the first that has the number.</param>
    /// <param name="number">The number that the method loads as a constant; its first load loads one more.</param>
    public MutantProgram(string assembly, string type, string method, int number)
        : base(isCollectible: true)
    {
        _assembly = assembly;
        _image = File.ReadAllBytes(PathOf(assembly));
        if (!TryChange(type, method, number))
            throw new InvalidOperationException($"{type}.{method} loads no {number}: the code has changed, choose another number of it.");
    }

    /// <summary>Runs the self-test of the changed program.</summary>
    /// <exception cref="TimeoutException">The change made an endless loop.</exception>
    public string Run(out int failed)
    {
        int told = 0;
        string text = "";
        var thread = new Thread(() => text = RunHere(out told)) { IsBackground = true };
        thread.Start();
        if (!thread.Join(Deadline))
            throw new TimeoutException("The changed program does not end: choose another number.");
        failed = told;
        return text;
    }

    private string RunHere(out int failed)
    {
        MethodInfo run = LoadFromAssemblyName(new AssemblyName("EdgeMeters.HostNode")).GetType(SelfTestType, true)!.GetMethod("Run")!;
        using var writer = new StringWriter();
        object?[] arguments = [writer, 0];
        run.Invoke(null, arguments);
        failed = (int)arguments[1]!;
        return writer.ToString();
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == _assembly)
            return LoadFromStream(new MemoryStream(_image));
        // The others that speak to it have to be of this context too; the rest is shared.
        return assemblyName.Name is "EdgeMeters.Wire" or "EdgeMeters.Metering" or "EdgeMeters.HostNode"
            ? LoadFromStream(new MemoryStream(File.ReadAllBytes(PathOf(assemblyName.Name))))
            : null;
    }

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");

    private bool TryChange(string type, string method, int number)
    {
        using var file = new PEReader(new MemoryStream(_image));
        MetadataReader metadata = file.GetMetadataReader();
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodDefinition definition = metadata.GetMethodDefinition(handle);
            if (metadata.GetString(definition.Name) != method || definition.RelativeVirtualAddress == 0
                || NanoSignatures.NameOf(metadata, definition.GetDeclaringType()) != type)
                continue;
            byte[] il = IlReader.BytesOf(file.GetMethodBody(definition.RelativeVirtualAddress));
            foreach ((OpCode code, int at) in IlReader.Offsets(il))
            {
                if (TryIncrement(code, il, at, number))
                {
                    il.CopyTo(_image, OffsetOf(file, definition.RelativeVirtualAddress));
                    return true;
                }
            }
        }
        return false;
    }

    private static bool TryIncrement(OpCode code, byte[] il, int at, int number)
    {
        if (code == OpCodes.Ldc_I4 && BitConverter.ToInt32(il, at + 1) == number)
            return BitConverter.TryWriteBytes(il.AsSpan(at + 1), number + 1);
        if (code == OpCodes.Ldc_I4_S && (sbyte)il[at + 1] == number)
        {
            il[at + 1]++;
            return true;
        }
        if (number is < 0 or > 7 || il[at] != OpCodes.Ldc_I4_0.Value + number || code.OperandType != OperandType.InlineNone)
            return false;
        il[at]++;
        return true;
    }

    // A method body begins with a head of one byte, or of twelve.
    private static int OffsetOf(PEReader file, int rva)
    {
        SectionHeader section = file.PEHeaders.SectionHeaders[file.PEHeaders.GetContainingSectionIndex(rva)];
        int offset = rva - section.VirtualAddress + section.PointerToRawData;
        bool isTiny = (file.GetEntireImage().GetContent(offset, 1)[0] & 3) == 2;
        return offset + (isTiny ? 1 : 12);
    }
}
