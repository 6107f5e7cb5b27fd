using System.Globalization;
using Microsoft.CodeAnalysis;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>Writes a symbol as a line of the published API list: documentation id, two blanks, and what the id lacks.</summary>
internal static class NanoSignature
{
    /// <summary>Every public or protected symbol, nested ones too, in the order of the source.</summary>
    public static IEnumerable<ISymbol> SurfaceOf(INamespaceOrTypeSymbol container)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            if (member is INamespaceSymbol space)
            {
                foreach (ISymbol inner in SurfaceOf(space))
                    yield return inner;
            }
            else if (IsListed(member))
            {
                yield return member;
                if (member is INamedTypeSymbol { TypeKind: not TypeKind.Delegate } type)
                {
                    foreach (ISymbol inner in SurfaceOf(type))
                        yield return inner;
                }
            }
        }
    }

    /// <summary>The line of a symbol.</summary>
    public static string Line(ISymbol symbol) => $"{symbol.GetDocumentationCommentId()}  // {Remark(symbol)}";

    /// <summary>What a type derives from, spelt as the list does: base unless it is implied, then interfaces.</summary>
    public static IEnumerable<string> BasesOf(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Class && type.BaseType is { SpecialType: not SpecialType.System_Object } parent)
            yield return NameOf(parent);
        foreach (INamedTypeSymbol held in type.AllInterfaces.Except(type.BaseType?.AllInterfaces ?? [], SymbolEqualityComparer.Default).Cast<INamedTypeSymbol>())
            yield return NameOf(held);
    }

    private static bool IsListed(ISymbol member)
    {
        if (member.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected))
            return false;
        bool isAccessor = member is IMethodSymbol { AssociatedSymbol: not null };
        bool isImpliedConstructor = member is IMethodSymbol { MethodKind: MethodKind.Constructor, IsImplicitlyDeclared: true };
        return !isAccessor && !isImpliedConstructor;
    }

    private static string Remark(ISymbol symbol)
    {
        return symbol switch
        {
            INamedTypeSymbol type => KindOf(type) + (BasesOf(type).Any() ? " : " + string.Join(", ", BasesOf(type)) : ""),
            IFieldSymbol { HasConstantValue: true } constant => $"{NameOf(constant.Type)} = {Constant(constant.ConstantValue)}",
            IFieldSymbol field => NameOf(field.Type),
            IEventSymbol raised => NameOf(raised.Type),
            IPropertySymbol property => NameOf(property.Type) + (property.SetMethod == null ? " { get; }" : " { get; set; }"),
            IMethodSymbol method => MethodRemark(method),
            _ => throw new NotSupportedException(symbol.ToDisplayString()),
        };
    }

    private static string MethodRemark(IMethodSymbol method)
    {
        string modifiers = (method.IsStatic ? "static " : "") + (method.DeclaredAccessibility == Accessibility.Protected ? "protected " : "");
        IEnumerable<string> parameters = method.Parameters.Select(
            parameter => parameter.Name + (parameter.HasExplicitDefaultValue ? "=" + Default(parameter) : ""));
        return $"{modifiers}{NameOf(method.ReturnType)} [{string.Join(", ", parameters)}]";
    }

    private static string KindOf(INamedTypeSymbol type)
    {
        string modifier = type.IsStatic ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        return type.TypeKind == TypeKind.Class ? modifier + "class" : type.TypeKind.ToString().ToLowerInvariant();
    }

    private static string NameOf(ITypeSymbol type)
    {
        return type is IArrayTypeSymbol array ? NameOf(array.ElementType) + "[]" : type.GetDocumentationCommentId()![2..];
    }

    private static string Default(IParameterSymbol parameter)
    {
        return parameter.ExplicitDefaultValue switch
        {
            null => "null",
            object value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    private static string Constant(object? value)
    {
        return value switch
        {
            string text => $"\"{text}\"",
            char letter => $"(char)0x{(int)letter:X4}",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => "null",
        };
    }
}
