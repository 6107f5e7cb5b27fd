using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>The node core compiles for .NET here; this holds it to the C# and the members that nanoFramework v1 really runs.</summary>
public sealed class NanoSubsetTests
{
    private const string MembersFile = "tests/EdgeMeters.Firmware.Tests/Nano/nanoframework-members.txt";
    private static readonly string[] Core = ["EdgeMeters.Wire", "EdgeMeters.Metering"];

    private readonly ITestOutputHelper _output;

    public NanoSubsetTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Fact]
    public void Node_core_contains_nothing_that_nanoFramework_lacks_or_runs_wrongly()
    {
        HashSet<string> allowed = AllowedIds();
        var offences = new List<string>();
        var absent = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string assembly in Core)
        {
            NanoGate gate = NanoGate.Inspect(PathOf(assembly), allowed, _ => true);
            offences.AddRange(gate.Offences);
            absent.UnionWith(gate.AbsentIds);
        }
        string remedy = absent.Count == 0 ? "" : $"\nIf nanoFramework has them, these lines belong into {MembersFile}:\n{string.Join("\n", absent.Select(Judged))}";
        Assert.True(offences.Count == 0, string.Join("\n", offences) + remedy);
    }

    [Fact]
    public void Every_listed_member_is_used()
    {
        HashSet<string> unused = AllowedIds();
        foreach (string assembly in Core)
            unused.ExceptWith(NanoGate.Inspect(PathOf(assembly), AllowedIds(), _ => true).UsedIds);
        Assert.True(unused.Count == 0, $"no longer used, take out of {MembersFile}:\n{string.Join("\n", unused)}");
    }

    [Fact]
    public void Every_listed_member_is_in_the_published_API_of_its_assembly()
    {
        Dictionary<string, HashSet<string>>? published = PublishedApi();
        if (published == null)
        {
            _output.WriteLine($"shared/data/nanoframework-api.txt is not beside the repository: {MembersFile} is taken at its word");
            Assert.All(Sections(Repository.PathOf(MembersFile)), section => Assert.StartsWith("# ", section.Key));
            return;
        }
        foreach ((string header, HashSet<string> ids) in Sections(Repository.PathOf(MembersFile)))
        {
            Assert.True(published.ContainsKey(header), $"{MembersFile}: '{header}' is no assembly of the published API");
            ids.ExceptWith(published[header]);
            Assert.True(ids.Count == 0, $"not in the API of {header}:\n{string.Join("\n", ids)}");
        }
    }

    [Theory]
    [InlineData("GenericType`1", "a generic type")]
    [InlineData("GenericMethod", "a generic method")]
    [InlineData("GenericInstance", "System.Collections.Generic.List`1<System.Int32>")]
    [InlineData("GenericCall", "the generic method Empty")]
    [InlineData("NullableStruct", "System.Nullable`1<System.Int64>")]
    [InlineData("ValueTuple", "System.ValueTuple`2")]
    [InlineData("MultiDimensionalArray", "a multi-dimensional array of System.Int32")]
    [InlineData("IDefaultInterfaceMethod", "a default interface method")]
    [InlineData("AsyncMethod", "System.Threading.Tasks.Task")]
    [InlineData("IteratorMethod", "System.Collections.Generic.IEnumer")]
    [InlineData("Pointer", "a pointer to System.Int32")]
    [InlineData("StackAllocation", "stackalloc")]
    [InlineData("CheckedArithmetic", "checked arithmetic (add.ovf)")]
    [InlineData("EnumName", "ToString of an enum")]
    [InlineData("AbsentMember", "M:System.String.Replace(System.String,System.String)")]
    [InlineData("AbsentType", "M:System.Diagnostics.Stopwatch.GetTimestamp")]
    [InlineData("AbsentException", "T:System.OverflowException")]
    [InlineData("AbsentAttribute", "System.Diagnostics.StackTraceHiddenAttribute")]
    public void The_gate_finds_each_offence_and_names_its_place(string type, string expected)
    {
        string place = $"{typeof(NanoOffences).FullName}.{type}";
        NanoGate gate = NanoGate.Inspect(
            typeof(NanoOffences).Assembly.Location, AllowedIds(), name => name == place || name.StartsWith(place + ".", StringComparison.Ordinal));
        Assert.Contains(gate.Offences, offence => offence.StartsWith(place, StringComparison.Ordinal) && offence.Contains(expected));
    }

    [Fact]
    public void The_gate_reports_nothing_of_a_type_that_nanoFramework_runs()
    {
        HashSet<string> allowed = AllowedIds();
        allowed.UnionWith(
        [
            "M:System.Threading.Monitor.Enter(System.Object)", "M:System.Threading.Monitor.Exit(System.Object)",
            "M:System.String.Format(System.String,System.Object[])", "M:System.String.Concat(System.String,System.String,System.String)",
            "M:System.Int32.ToString", "T:System.Int32", "T:System.RuntimeFieldHandle",
            "M:System.Runtime.CompilerServices.RuntimeHelpers.InitializeArray(System.Array,System.RuntimeFieldHandle)",
        ]);
        string place = $"{typeof(NanoOffences).FullName}.{nameof(NanoOffences.Innocent)}";
        IReadOnlyList<string> offences = NanoGate.Inspect(typeof(NanoOffences).Assembly.Location, allowed, name => name == place).Offences;
        Assert.True(offences.Count == 0, string.Join("\n", offences));
    }

    private string Judged(string id)
    {
        Dictionary<string, HashSet<string>>? published = PublishedApi();
        if (published == null)
            return id;
        string? header = published.FirstOrDefault(section => section.Value.Contains(id)).Key;
        return header == null ? $"{id}   <- nanoFramework has it in no assembly: do without" : $"{id}   <- under {header}";
    }

    private static HashSet<string> AllowedIds()
    {
        return Sections(Repository.PathOf(MembersFile)).Values.SelectMany(ids => ids).ToHashSet(StringComparer.Ordinal);
    }

    // Documentation ids by the header line above them, "# assembly, Version=…"; lines that begin with ## are remarks.
    private static Dictionary<string, HashSet<string>> Sections(string path)
    {
        var sections = new Dictionary<string, HashSet<string>>();
        string header = "";
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
                sections[header = line] = new HashSet<string>(StringComparer.Ordinal);
            else if (line.Length > 0 && !line.StartsWith("##", StringComparison.Ordinal))
                sections[header].Add(line.Split("  //")[0]);
        }
        return sections;
    }

    private static Dictionary<string, HashSet<string>>? PublishedApi()
    {
        for (string? folder = Path.GetDirectoryName(Repository.Root); folder != null; folder = Path.GetDirectoryName(folder))
        {
            string path = Path.Combine(folder, "shared", "data", "nanoframework-api.txt");
            if (File.Exists(path))
                return Sections(path);
        }
        return null;
    }

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");
}
