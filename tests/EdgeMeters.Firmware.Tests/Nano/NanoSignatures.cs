using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>Spells types as documentation ids do, and reports the shapes that nanoFramework v1 does not run.</summary>
internal sealed class NanoSignatures : ISignatureTypeProvider<string, object?>
{
    private readonly Action<string> _refuse;

    public NanoSignatures(Action<string> refuse)
    {
        _refuse = refuse;
    }

    public static string NameOf(MetadataReader metadata, EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeReference)
        {
            TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)handle);
            string name = metadata.GetString(type.Name);
            return type.ResolutionScope.Kind == HandleKind.TypeReference
                ? NameOf(metadata, type.ResolutionScope) + "." + name
                : Qualified(metadata.GetString(type.Namespace), name);
        }
        TypeDefinition definition = metadata.GetTypeDefinition((TypeDefinitionHandle)handle);
        string own = metadata.GetString(definition.Name);
        return definition.IsNested
            ? NameOf(metadata, definition.GetDeclaringType()) + "." + own
            : Qualified(metadata.GetString(definition.Namespace), own);
    }

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "System." + typeCode;

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => NameOf(reader, handle);

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => NameOf(reader, handle);

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
    {
        return reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);
    }

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetByReferenceType(string elementType) => elementType + "@";

    public string GetArrayType(string elementType, ArrayShape shape)
    {
        _refuse($"a multi-dimensional array of {elementType}: it crashes at load; use an array of arrays or one array and a stride");
        return elementType + "[,]";
    }

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments)
    {
        _refuse($"the generic type {genericType}<{string.Join(", ", typeArguments)}>: nanoFramework v1 has no generics");
        return genericType;
    }

    public string GetGenericMethodParameter(object? genericContext, int index) => "T" + index;

    public string GetGenericTypeParameter(object? genericContext, int index) => "T" + index;

    public string GetPointerType(string elementType)
    {
        _refuse($"a pointer to {elementType}");
        return elementType + "*";
    }

    public string GetFunctionPointerType(MethodSignature<string> signature)
    {
        _refuse("a function pointer");
        return "function pointer";
    }

    public string GetPinnedType(string elementType)
    {
        _refuse($"a pinned {elementType}");
        return elementType;
    }

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    private static string Qualified(string space, string name) => space.Length == 0 ? name : space + "." + name;
}
