using System.Globalization;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Metering.Update;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>What the code takes of the chip: flash, which is also heap when the application is loaded from the block device.</summary>
public sealed class NanoSizeTests
{
    /// <summary>An offset into an assembly's byte code, and one into its strings, is 16 bits: the metadata processor refuses more.</summary>
    private const int TableBytesMax = ushort.MaxValue;

    /// <summary>
    /// Nine tenths. Above it, code moves from one of the application's assemblies to the other (the Compile items of their projects), or to a
    /// third one before EdgeMeters.Node, long before one no longer builds.
    /// </summary>
    private const int TableBytesBudget = TableBytesMax * 9 / 10;

    /// <summary>
    /// The loader's part of flash is not the question, but what it holds can never be updated in the field: it stays small enough to be read.
    /// </summary>
    private const int LoaderIlBytesMax = 16 * 1024;

    private const int SectorBytesMax = 4096;

    private readonly ITestOutputHelper _output;

    public NanoSizeTests(ITestOutputHelper output)
    {
        _output = output;
    }

    public static TheoryData<string> Programs => [.. NanoBuild.Programs];

    [Theory]
    [MemberData(nameof(Programs))]
    public void An_assembly_has_room_in_its_tables(string project)
    {
        NanoSizes sizes = new(project);
        _output.WriteLine($"{project}: {sizes.CodeBytes} bytes of byte code, {Percent(sizes.CodeBytes)} of one assembly's; "
            + $"{sizes.StringBytes} of strings, {Percent(sizes.StringBytes)}; the assembly {sizes.AssemblyBytes}, estimated{sizes}");
        Assert.InRange(sizes.CodeBytes, 1, TableBytesBudget);
        Assert.InRange(sizes.StringBytes, 1, TableBytesBudget);
    }

    [Fact]
    public void The_loader_stays_small_enough_to_be_read()
    {
        Assert.InRange(new NanoSizes(NanoBuild.Loader).IlBytes, 1, LoaderIlBytesMax);
    }

    [Fact]
    public void The_application_fits_an_image_slot()
    {
        int bytes = NanoBuild.Programs.Where(project => project != NanoBuild.Loader).Sum(project => new NanoSizes(project).AssemblyBytes);
        _output.WriteLine($"{bytes} bytes, estimated, of a slot's {FlashPlan.ImageSlotBytes}");
        // The slot's own head takes up to one sector.
        Assert.InRange(bytes, 1, FlashPlan.ImageSlotBytes - ImageHead.OverheadBytes - SectorBytesMax);
        Assert.InRange(FlashPlan.ImageSlotBytes, 1, ImageHead.BodyBytesMax);
    }

    /// <summary>The libraries of the packages lie there too; they come as they are and are not built here.</summary>
    [Fact]
    public void What_is_flashed_leaves_a_megabyte_of_the_smallest_deployment_region_to_the_libraries()
    {
        long smallest = IniFile.Read(Repository.PathOf("nf.config")).Where(section => section.Key.StartsWith("flash.", StringComparison.Ordinal))
            .Min(section => Convert.ToInt64(section.Value["deploy"].Split(' ')[1], 16));
        int bytes = NanoBuild.Programs.Sum(project => new NanoSizes(project).AssemblyBytes);
        _output.WriteLine($"{bytes} bytes, estimated, of {smallest}");
        Assert.InRange<long>(bytes, 1, smallest - 1024 * 1024);
    }

    private static string Percent(int bytes) => (100.0 * bytes / TableBytesMax).ToString("F0", CultureInfo.InvariantCulture) + " %";
}
