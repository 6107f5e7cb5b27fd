using System.Text;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Registry;

namespace EdgeMeters.Gateway.Tests.Registry;

/// <summary>A small registry as a technician writes it, and what becomes of any text.</summary>
internal static class Tables
{
    /// <summary>Line 1 to 4: points. 6 to 9: meters. 11 to 14: services, with an exchange of E-1 for E-9.</summary>
    public static readonly string[] Lines =
    [
        "point,name,carrier,kind,utility,place,parent,class",
        "HALL,\"Hall, main\",power,sum,grid-1,\"1 Example Street, cellar\",",
        "FLAT-1,幸福路 1 号,power,billing,grid-1,1 Example Street,HALL,household",
        "WELL,Well,water,,water-1,,",
        "",
        "meter,register,unit,digits,modulus",
        "E-0,1-0:1.8.0,kWh,,838860.8",
        "E-1,1-0:1.8.0,kWh,6.2,",
        "E-9,1-0:1.8.0,kWh,5.1,",
        "",
        "point,meter,register,node,channel,from,until,start_register,end_register,multiplier,pulse_constant",
        "HALL,E-0,1-0:1.8.0,,,,,,,30,",
        "FLAT-1,E-1,1-0:1.8.0,node-1,0,2020-01-01T00:00+08:00,2026-01-01T09:07:30+08:00,0,12345.67,1,1600",
        "FLAT-1,E-9,1-0:1.8.0,node-1,0,2026-01-01T09:07:30+08:00,,3.5,,1,800",
    ];

    public static string Text => string.Join("\n", Lines) + "\n";

    /// <summary>The text with one line written otherwise; lines count from 1.</summary>
    public static string With(int line, string text) => string.Join("\n", Lines.Select((l, i) => i + 1 == line ? text : l)) + "\n";

    public static (PointRegistry? Registry, string[] Faults) Read(params string[] texts) => Read([.. texts.Select(Encoding.UTF8.GetBytes)]);

    public static (PointRegistry? Registry, string[] Faults) Read(params byte[][] files)
    {
        var reader = new RegistryCsvReader();
        for (int i = 0; i < files.Length; i++)
            reader.Read($"{(char)('a' + i)}.csv", new MemoryStream(files[i]));
        var registry = reader.Finish();
        return (registry, [.. reader.Faults.Lines()]);
    }

    public static PointRegistry Right(string text)
    {
        var (registry, faults) = Read(text);
        Assert.Empty(faults);
        return registry!;
    }

    public static string Write(PointRegistry registry)
    {
        using var text = new StringWriter();
        RegistryCsvWriter.Write(registry, text);
        return text.ToString();
    }

    public static void AssertSame(PointRegistry expected, PointRegistry actual)
    {
        Assert.Equal(expected.Points, actual.Points);
        Assert.Equal(expected.Registers, actual.Registers);
        Assert.Equal(expected.Services, actual.Services);
    }
}
