using System.Diagnostics;
using System.Text.Json;

namespace EdgeMeters.SystemTests.Field;

/// <summary>Meters of four protocols on one line of the bench, found and read by their profiles.</summary>
public sealed class MixedLineTests
{
    private const string Port = "port ";

    [Fact]
    public void Meters_of_four_protocols_on_one_line_are_found_and_read()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "EdgeMeters.Bench.dll");
        (string Profile, string Address, string Option)[] meters =
        [
            ("eastron-sdm630", "2", "--unit"), ("dlt645-2007-single-phase", "000000000161", "--address"),
            ("cjt188-cold-water", "78330011223344", "--address"), ("mbus-heat", "5", "--address"),
        ];
        string[] arguments = [program, "bus", "--seed", "7", .. meters.SelectMany(m => new[] { "--meter", $"{m.Profile}@{m.Address}" })];
        using Process bench = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        try
        {
            string first = bench.StandardOutput.ReadLine() ?? "";
            Assert.StartsWith(Port, first);
            string port = first[Port.Length..];
            _ = bench.StandardOutput.ReadToEndAsync();

            (int exitCode, string[] lines, string errors) = FieldTool.Run(
                "scan", "--port", port, "--baud", "2400", "--parity", "even", "--units", "1-3", "--timeout", "1000");
            Assert.True(exitCode == 0, errors);
            foreach (string found in (string[])["  modbus  2  ", "  dlt645  000000000161  ", "  cjt188  78330011223344 --meter-type 10  ", "  mbus  5  "])
                Assert.Contains(lines, line => line.Contains(found));
            Assert.Equal(meters.Length, lines.Length);

            foreach ((string profile, string address, string option) in meters)
            {
                (exitCode, JsonElement[] rows, errors) = FieldTool.Read("--port", port, "--profile", profile, option, address, "--timeout", "2000");
                Assert.True(exitCode == 0, profile + ": " + string.Join('\n', rows) + errors);
                Assert.NotEmpty(rows);
                Assert.All(rows, row => Assert.NotEqual("", row.GetProperty("raw").GetString()));
            }
        }
        finally
        {
            bench.Kill();
        }
    }
}
