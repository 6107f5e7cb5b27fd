using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>
/// Reads an assembly that was compiled against EdgeMeters.NanoReference and says what in it compiles and then does not run on nanoFramework v1,
/// or runs and lies. What nanoFramework lacks cannot be in it: the compiler refused that. Nothing is loaded or run.
/// </summary>
/// <remarks>
/// Read off the interpreter (nf-interpreter 1.17, Interpreter.cpp) and the metadata processor (3.0.100): <see cref="Unsupported"/> are the
/// opcodes that the interpreter throws on; the bounds are those of the tables that the processor writes.
/// </remarks>
internal sealed class NanoGate
{
    /// <summary>Methods of a kind (virtual, instance, static), fields of a kind and locals are counted in a byte.</summary>
    private const int ByteCountMax = 255;

    private static readonly HashSet<OpCode> Unsupported =
    [
        OpCodes.Arglist, OpCodes.Calli, OpCodes.Ckfinite, OpCodes.Cpblk, OpCodes.Initblk, OpCodes.Jmp, OpCodes.Localloc,
        OpCodes.Mkrefany, OpCodes.Readonly, OpCodes.Refanytype, OpCodes.Refanyval,
    ];

    private readonly MetadataReader _metadata;
    private readonly PEReader _file;
    private readonly List<string> _offences = [];
    private readonly NanoSignatures _signatures;
    private readonly HashSet<string> _enumsBeside;
    private string _place = "";

    private NanoGate(PEReader file, HashSet<string> enumsBeside)
    {
        _enumsBeside = enumsBeside;
        _file = file;
        _metadata = file.GetMetadataReader();
        _signatures = new NanoSignatures(Refuse);
    }

    /// <summary>Every offence of an assembly, each with its place.</summary>
    /// <param name="assembly">The assembly, as it was compiled.</param>
    /// <param name="beside">Paths of our own assemblies that it refers to: which of their types are enums cannot be seen from here.</param>
    public static IReadOnlyList<string> Inspect(byte[] assembly, params string[] beside)
    {
        using var file = new PEReader(new MemoryStream(assembly));
        var gate = new NanoGate(file, [.. beside.SelectMany(EnumsOf)]);
        foreach (TypeDefinitionHandle handle in gate._metadata.TypeDefinitions)
            gate.CheckType(gate._metadata.GetTypeDefinition(handle), NanoSignatures.NameOf(gate._metadata, handle));
        return gate._offences;
    }

    private void CheckType(TypeDefinition type, string name)
    {
        _place = name;
        if (type.GetGenericParameters().Count > 0)
            Refuse("a generic type: it compiles, then fails at run time");
        CheckToken(type.BaseType);
        foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
            CheckToken(_metadata.GetInterfaceImplementation(implementation).Interface);
        CheckCount("static fields", type.GetFields().Count(field => (_metadata.GetFieldDefinition(field).Attributes & FieldAttributes.Static) != 0));
        CheckCount("instance fields", type.GetFields().Count(field => (_metadata.GetFieldDefinition(field).Attributes & FieldAttributes.Static) == 0));
        CheckCount("static methods", type.GetMethods().Count(method => (_metadata.GetMethodDefinition(method).Attributes & MethodAttributes.Static) != 0));
        CheckCount("instance methods", type.GetMethods().Count(method => (_metadata.GetMethodDefinition(method).Attributes & MethodAttributes.Static) == 0));
        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            FieldDefinition definition = _metadata.GetFieldDefinition(field);
            _place = name + "." + _metadata.GetString(definition.Name);
            definition.DecodeSignature(_signatures, null);
        }
        foreach (MethodDefinitionHandle method in type.GetMethods())
        {
            MethodDefinition definition = _metadata.GetMethodDefinition(method);
            _place = name + "." + _metadata.GetString(definition.Name);
            CheckMethod(definition, (type.Attributes & TypeAttributes.Interface) != 0);
        }
    }

    private void CheckMethod(MethodDefinition method, bool inInterface)
    {
        if (method.GetGenericParameters().Count > 0)
            Refuse("a generic method: it compiles, then fails at run time");
        if (inInterface && ((method.Attributes & MethodAttributes.Static) != 0 || method.RelativeVirtualAddress != 0))
            Refuse("an interface method with a body, or static: it compiles, then fails at run time");
        if ((method.Attributes & MethodAttributes.PinvokeImpl) != 0 || (method.ImplAttributes & MethodImplAttributes.InternalCall) != 0)
            Refuse("a native method: no firmware has it");
        method.DecodeSignature(_signatures, null);
        if (method.RelativeVirtualAddress == 0)
            return;
        MethodBodyBlock body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            CheckCount("locals", _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_signatures, null).Length);
        foreach (ExceptionRegion region in body.ExceptionRegions)
            CheckToken(region.CatchType);
        CheckInstructions(IlReader.BytesOf(body));
    }

    private void CheckInstructions(byte[] il)
    {
        bool onEnum = false;
        foreach ((OpCode code, int token) in IlReader.Instructions(il))
        {
            EntityHandle handle = token == 0 ? default : MetadataTokens.EntityHandle(token);
            if (Unsupported.Contains(code))
                Refuse($"{code.Name}: the interpreter does not have it");
            else if (code.Name!.Contains(".ovf"))
                Refuse($"checked arithmetic ({code.Name}): the interpreter computes it unchecked, and there is no OverflowException");
            else if (code == OpCodes.Box && IsEnum(handle))
                Refuse($"an enum as an object ({NameOf(handle)}): printed, it gives the number, not the name");
            if (onEnum && NameOf(handle) == "ToString")
                Refuse("ToString of an enum: it gives the number, not the name");
            onEnum = code == OpCodes.Constrained && IsEnum(handle);
            CheckToken(handle);
        }
    }

    private void CheckToken(EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_signatures, null);
                break;
            case HandleKind.MethodSpecification:
                Refuse($"a call of the generic method {NameOf(_metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method)}: nanoFramework v1 has no generics");
                break;
            case HandleKind.MemberReference:
                CheckToken(_metadata.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
        }
    }

    private void CheckCount(string what, int count)
    {
        if (count > ByteCountMax)
            Refuse($"{count} {what}: the tables of an assembly count them in a byte");
    }

    private void Refuse(string what)
    {
        string offence = $"{_place}: {what}";
        if (!_offences.Contains(offence))
            _offences.Add(offence);
    }

    // Of nanoFramework's own types only the name is known here; none of its enums is printed.
    private bool IsEnum(EntityHandle type)
    {
        if (type.IsNil)
            return false;
        return type.Kind == HandleKind.TypeReference
            ? _enumsBeside.Contains(NanoSignatures.NameOf(_metadata, type))
            : type.Kind == HandleKind.TypeDefinition && IsEnum(_metadata, (TypeDefinitionHandle)type);
    }

    private static bool IsEnum(MetadataReader metadata, TypeDefinitionHandle type)
    {
        EntityHandle parent = metadata.GetTypeDefinition(type).BaseType;
        return !parent.IsNil && parent.Kind == HandleKind.TypeReference && NanoSignatures.NameOf(metadata, parent) == "System.Enum";
    }

    private static string[] EnumsOf(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        return metadata.TypeDefinitions.Where(type => IsEnum(metadata, type)).Select(type => NanoSignatures.NameOf(metadata, type)).ToArray();
    }

    private string NameOf(EntityHandle handle)
    {
        return handle.Kind switch
        {
            _ when handle.IsNil => "",
            HandleKind.MemberReference => _metadata.GetString(_metadata.GetMemberReference((MemberReferenceHandle)handle).Name),
            HandleKind.MethodDefinition => _metadata.GetString(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).Name),
            HandleKind.TypeReference or HandleKind.TypeDefinition => NanoSignatures.NameOf(_metadata, handle),
            _ => handle.Kind.ToString(),
        };
    }
}
