using System.Diagnostics;
using System.Text.Json;

namespace EdgeMeters.SystemTests.Field;

/// <summary>The technician's tool as the program that it is.</summary>
internal static class FieldTool
{
    private const int PatienceMs = 60_000;

    private static readonly string[] Keys = ["register", "raw", "value", "unit", "quality", "error"];

    public static (int ExitCode, string[] Lines, string Errors) Run(params string[] arguments) => RunWithInput(null, arguments);

    public static (int ExitCode, string[] Lines, string Errors) RunWithInput(string? input, params string[] arguments)
    {
        using Process tool = Start(arguments);
        Task<string> output = tool.StandardOutput.ReadToEndAsync();
        Task<string> errors = tool.StandardError.ReadToEndAsync();
        if (input != null)
            tool.StandardInput.Write(input);
        tool.StandardInput.Close();
        if (!tool.WaitForExit(PatienceMs))
        {
            tool.Kill();
            Assert.Fail($"the tool did not end: {string.Join(' ', arguments)}");
        }
        return (tool.ExitCode, output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries), errors.GetAwaiter().GetResult());
    }

    public static Process Start(params string[] arguments)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "EdgeMeters.Field.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [tool, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>Reads with --json; every line must have the six keys, in their order, and no others.</summary>
    public static (int ExitCode, JsonElement[] Rows, string Errors) Read(params string[] arguments)
    {
        (int exitCode, string[] lines, string errors) = Run(["read", .. arguments, "--json"]);
        JsonElement[] rows = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.All(rows, row => Assert.Equal(Keys, row.EnumerateObject().Select(property => property.Name)));
        return (exitCode, rows, errors);
    }
}
