using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>
/// Reads an assembly built for .NET and says what in it nanoFramework v1 lacks, or compiles and then runs wrongly. Nothing is loaded or run.
/// </summary>
/// <remarks>
/// Where the compiler chooses another member when it compiles against nanoFramework's own mscorlib, the gate asks for that member:
/// see <see cref="ChosenInstead"/>. Attributes that compiler and SDK add are let pass by name; nanoFramework drops or has them.
/// </remarks>
internal sealed class NanoGate
{
    private static readonly Dictionary<string, string> ChosenInstead = new()
    {
        ["M:System.Threading.Monitor.Enter(System.Object,System.Boolean@)"] = "M:System.Threading.Monitor.Enter(System.Object)",
    };

    private const string Interpolation = "System.Runtime.CompilerServices.DefaultInterpolatedStringHandler";
    private const string Format = "M:System.String.Format(System.String,System.Object[])";

    private static readonly HashSet<string> HarmlessAttributes =
    [
        "System.Runtime.CompilerServices.NullableAttribute",
        "System.Runtime.CompilerServices.NullableContextAttribute",
        "System.Runtime.CompilerServices.NullablePublicOnlyAttribute",
        "System.Runtime.CompilerServices.CompilerGeneratedAttribute",
        "System.Runtime.CompilerServices.IsReadOnlyAttribute",
        "System.Runtime.CompilerServices.RefSafetyRulesAttribute",
        "System.Runtime.CompilerServices.ParamCollectionAttribute",
        "System.Runtime.CompilerServices.RequiresLocationAttribute",
        "System.Runtime.CompilerServices.ScopedRefAttribute",
        "Microsoft.CodeAnalysis.EmbeddedAttribute",
        "System.Diagnostics.DebuggerBrowsableAttribute",
        "System.Diagnostics.DebuggerStepThroughAttribute",
        "System.Diagnostics.DebuggerHiddenAttribute",
        "System.ParamArrayAttribute",
        "System.Reflection.DefaultMemberAttribute",
        "System.FlagsAttribute",
        "System.AttributeUsageAttribute",
        "System.ObsoleteAttribute",
    ];

    private readonly MetadataReader _metadata;
    private readonly PEReader _file;
    private readonly IReadOnlySet<string> _allowedIds;
    private readonly List<string> _offences = [];
    private readonly NanoSignatures _signatures;
    private string _place = "";

    private NanoGate(PEReader file, IReadOnlySet<string> allowedIds)
    {
        _file = file;
        _metadata = file.GetMetadataReader();
        _allowedIds = allowedIds;
        _signatures = new NanoSignatures(Refuse, CheckToken);
    }

    /// <summary>Documentation ids of nanoFramework that the types looked at use.</summary>
    public SortedSet<string> UsedIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Documentation ids that are used but not allowed.</summary>
    public SortedSet<string> AbsentIds { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Offences => _offences;

    /// <summary>Looks at every type of the assembly whose full name <paramref name="isLookedAt"/> accepts.</summary>
    public static NanoGate Inspect(string assemblyPath, IReadOnlySet<string> allowedIds, Func<string, bool> isLookedAt)
    {
        using var file = new PEReader(File.OpenRead(assemblyPath));
        var gate = new NanoGate(file, allowedIds);
        foreach (TypeDefinitionHandle handle in gate._metadata.TypeDefinitions)
        {
            string name = NanoSignatures.NameOf(gate._metadata, handle);
            // Types that the compiler puts into every assembly; it puts what nanoFramework needs there too.
            bool embedded = name == "<Module>" || name.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal)
                || name.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal);
            if (!embedded && isLookedAt(name))
                gate.CheckType(handle, name);
        }
        return gate;
    }

    private void CheckType(TypeDefinitionHandle handle, string name)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        _place = name;
        if (type.GetGenericParameters().Count > 0)
            Refuse("a generic type: it compiles, then fails at run time");
        CheckAttributes(type.GetCustomAttributes());
        CheckToken(type.BaseType);
        foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
            CheckToken(_metadata.GetInterfaceImplementation(implementation).Interface);
        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            FieldDefinition definition = _metadata.GetFieldDefinition(field);
            _place = name + "." + _metadata.GetString(definition.Name);
            CheckAttributes(definition.GetCustomAttributes());
            definition.DecodeSignature(_signatures, null);
        }
        bool isDelegate = !type.BaseType.IsNil && type.BaseType.Kind == HandleKind.TypeReference
            && NanoSignatures.NameOf(_metadata, type.BaseType) == "System.MulticastDelegate";
        foreach (MethodDefinitionHandle method in type.GetMethods())
        {
            MethodDefinition definition = _metadata.GetMethodDefinition(method);
            // The compiler gives a delegate BeginInvoke and EndInvoke; nobody calls them.
            if (isDelegate && _metadata.GetString(definition.Name) is "BeginInvoke" or "EndInvoke")
                continue;
            _place = name + "." + _metadata.GetString(definition.Name);
            CheckMethod(definition, (type.Attributes & TypeAttributes.Interface) != 0);
        }
    }

    private void CheckMethod(MethodDefinition method, bool inInterface)
    {
        if (method.GetGenericParameters().Count > 0)
            Refuse("a generic method: it compiles, then fails at run time");
        if (inInterface && method.RelativeVirtualAddress != 0)
            Refuse("a default interface method: it compiles, then fails at run time");
        CheckAttributes(method.GetCustomAttributes());
        method.DecodeSignature(_signatures, null);
        if (method.RelativeVirtualAddress == 0)
            return;
        MethodBodyBlock body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_signatures, null);
        foreach (ExceptionRegion region in body.ExceptionRegions)
            CheckToken(region.CatchType);
        bool onEnum = false;
        foreach ((OpCode code, int token) in IlReader.Instructions(IlReader.BytesOf(body)))
        {
            EntityHandle handle = token == 0 ? default : MetadataTokens.EntityHandle(token);
            if (code == OpCodes.Localloc)
                Refuse("stackalloc");
            else if (code == OpCodes.Calli)
                Refuse("a call through a function pointer");
            else if (code.Name!.Contains(".ovf"))
                Refuse($"checked arithmetic ({code.Name}): there is no OverflowException");
            if (onEnum && IsToString(handle))
                Refuse("ToString of an enum: it gives the number, not the name");
            onEnum = code == OpCodes.Constrained && IsEnum(handle);
            CheckToken(handle);
        }
    }

    private void CheckAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle handle in attributes)
        {
            EntityHandle constructor = _metadata.GetCustomAttribute(handle).Constructor;
            if (constructor.Kind != HandleKind.MemberReference)
                continue;
            EntityHandle type = _metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent;
            if (type.Kind != HandleKind.TypeReference || !HarmlessAttributes.Contains(NanoSignatures.NameOf(_metadata, type)))
                CheckToken(constructor);
        }
    }

    private void CheckToken(EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                if (IsOfFramework(handle))
                    Require(IsInterpolation(handle) ? Format : "T:" + NanoSignatures.NameOf(_metadata, handle));
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_signatures, null);
                break;
            case HandleKind.MethodSpecification:
                EntityHandle method = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method;
                if (method.Kind == HandleKind.MemberReference && IsInterpolation(_metadata.GetMemberReference((MemberReferenceHandle)method).Parent))
                    Require(Format);
                else
                    Refuse($"a call of the generic method {NameOfMethod(method)}: nanoFramework v1 has no generics");
                break;
            case HandleKind.MemberReference:
                CheckMember(_metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;
        }
    }

    private void CheckMember(MemberReference member)
    {
        if (member.Parent.Kind == HandleKind.TypeSpecification)
        {
            CheckToken(member.Parent);
            return;
        }
        if (member.Parent.Kind != HandleKind.TypeReference || !IsOfFramework(member.Parent))
            return;
        Require(IsInterpolation(member.Parent) ? Format : IdOf(member));
    }

    private string IdOf(MemberReference member)
    {
        string type = NanoSignatures.NameOf(_metadata, member.Parent);
        string name = _metadata.GetString(member.Name);
        if (member.GetKind() == MemberReferenceKind.Field)
            return $"F:{type}.{name}";
        MethodSignature<string> signature = member.DecodeMethodSignature(_signatures, null);
        string parameters = signature.ParameterTypes.Length == 0 ? "" : $"({string.Join(",", signature.ParameterTypes)})";
        if (name.StartsWith("get_", StringComparison.Ordinal))
            return name == "get_Chars" ? $"P:{type}.Chars{parameters}" : $"P:{type}.{name[4..]}{parameters}";
        if (name.StartsWith("set_", StringComparison.Ordinal))
            return $"P:{type}.{name[4..]}";
        if (name.StartsWith("add_", StringComparison.Ordinal))
            return $"E:{type}.{name[4..]}";
        if (name.StartsWith("remove_", StringComparison.Ordinal))
            return $"E:{type}.{name[7..]}";
        string result = name is "op_Implicit" or "op_Explicit" ? "~" + signature.ReturnType : "";
        return $"M:{type}.{name.Replace('.', '#')}{parameters}{result}";
    }

    private void Require(string id)
    {
        id = ChosenInstead.GetValueOrDefault(id, id);
        if (_allowedIds.Contains(id))
        {
            UsedIds.Add(id);
            return;
        }
        AbsentIds.Add(id);
        Refuse($"{id}, which is not among the members that the node core may use");
    }

    private void Refuse(string what)
    {
        string offence = $"{_place}: {what}";
        if (!_offences.Contains(offence))
            _offences.Add(offence);
    }

    private bool IsOfFramework(EntityHandle type)
    {
        EntityHandle scope = _metadata.GetTypeReference((TypeReferenceHandle)type).ResolutionScope;
        while (scope.Kind == HandleKind.TypeReference)
            scope = _metadata.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        return scope.Kind != HandleKind.AssemblyReference
            || !_metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name).StartsWith("EdgeMeters.", StringComparison.Ordinal);
    }

    private bool IsInterpolation(EntityHandle type)
    {
        return type.Kind == HandleKind.TypeReference && NanoSignatures.NameOf(_metadata, type) == Interpolation;
    }

    // Of a type in another of our assemblies only the name is known here; those that are boxed to print them are enums.
    private bool IsEnum(EntityHandle type)
    {
        if (type.Kind == HandleKind.TypeReference)
            return !IsOfFramework(type);
        if (type.Kind != HandleKind.TypeDefinition)
            return false;
        EntityHandle parent = _metadata.GetTypeDefinition((TypeDefinitionHandle)type).BaseType;
        return parent.Kind == HandleKind.TypeReference && NanoSignatures.NameOf(_metadata, parent) == "System.Enum";
    }

    private bool IsToString(EntityHandle method)
    {
        return method.Kind == HandleKind.MemberReference
            && _metadata.GetString(_metadata.GetMemberReference((MemberReferenceHandle)method).Name) == "ToString";
    }

    private string NameOfMethod(EntityHandle method)
    {
        return method.Kind == HandleKind.MemberReference
            ? _metadata.GetString(_metadata.GetMemberReference((MemberReferenceHandle)method).Name)
            : _metadata.GetString(_metadata.GetMethodDefinition((MethodDefinitionHandle)method).Name);
    }
}
