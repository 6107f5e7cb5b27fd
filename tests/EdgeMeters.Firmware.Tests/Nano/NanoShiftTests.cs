using EdgeMeters.Firmware.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>
/// A cast from unsigned to signed of the same width is no instruction in IL, and nanoFramework's shift to the right goes by what made the number
/// (CLR_RT_HeapBlock::NumericShr): <c>(long)bits &gt;&gt; 8</c> of a ulong fills with zeros there and with the sign everywhere else.
/// </summary>
public sealed class NanoShiftTests
{
    // The self-test asks the runtime itself, of literals, which are signed there.
    private const string SelfTest = "firmware/EdgeMeters.Metering/SelfTest/";

    private static readonly string[] Folders = ["firmware/EdgeMeters.Wire/", "firmware/EdgeMeters.Metering/", "firmware/EdgeMeters.Node/"];

    [Fact]
    public void The_firmware_shifts_no_number_that_was_only_cast_to_be_signed()
    {
        IEnumerable<SyntaxTree> trees = Repository.Files("*.cs").Where(file => Folders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)))
            .Where(file => !file.StartsWith(SelfTest, StringComparison.Ordinal))
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(Repository.PathOf(file)), path: file));
        string[] offences = Offences(trees);
        Assert.True(offences.Length == 0, "sign by arithmetic, or put the number into a variable first:\n" + string.Join("\n", offences));
    }

    [Theory]
    [InlineData("long M(ulong x) => (long)x >> 3;", 1)]
    [InlineData("long M(ulong x, int n) => (long)(x << n) >> n;", 1)]
    [InlineData("int M(uint x) => ((int)(x + 1)) >> 3;", 1)]
    [InlineData("long M(ulong x) { long y = 5; y += ((long)x + 1) >> 3; return y; }", 1)]
    [InlineData("ulong M(long x) => (ulong)x >> 3;", 0)]
    [InlineData("long M(uint x) => (long)x >> 3;", 0)]
    [InlineData("int M(ulong x) => (int)x >> 3;", 0)]
    [InlineData("long M(ulong x) => (long)(x >> 3);", 0)]
    [InlineData("long M(long x, ulong y) => x + (long)y >> 3;", 0)]
    public void A_cast_before_a_shift_is_found_where_it_matters(string method, int offences)
    {
        Assert.Equal(offences, Offences([CSharpSyntaxTree.ParseText($"class A {{ {method} }}", path: "A.cs")]).Length);
    }

    private static string[] Offences(IEnumerable<SyntaxTree> trees)
    {
        var compilation = CSharpCompilation.Create("Shifts", trees, [MetadataReference.CreateFromFile(NanoBuild.AssemblyOf(NanoBuild.Reference))]);
        return compilation.SyntaxTrees.SelectMany(tree =>
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            return tree.GetRoot().DescendantNodes().OfType<BinaryExpressionSyntax>()
                .Where(shift => shift.IsKind(SyntaxKind.RightShiftExpression) && IsOnlyCast(model, shift.Left))
                .Select(shift => $"{tree.FilePath}({tree.GetLineSpan(shift.Span).StartLinePosition.Line + 1}): {shift}");
        }).ToArray();
    }

    // The result of an operation is of the kind of its left operand there.
    private static bool IsOnlyCast(SemanticModel model, ExpressionSyntax expression)
    {
        return expression switch
        {
            ParenthesizedExpressionSyntax inner => IsOnlyCast(model, inner.Expression),
            CheckedExpressionSyntax inner => IsOnlyCast(model, inner.Expression),
            BinaryExpressionSyntax operation => IsOnlyCast(model, operation.Left),
            CastExpressionSyntax cast => (model.GetTypeInfo(cast.Expression).Type?.SpecialType, model.GetTypeInfo(cast).Type?.SpecialType)
                is (SpecialType.System_UInt64, SpecialType.System_Int64) or (SpecialType.System_UInt32, SpecialType.System_Int32),
            _ => false,
        };
    }
}
