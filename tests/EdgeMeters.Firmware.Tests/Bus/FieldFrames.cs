using System.Text.Json;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>Frames of DL/T 645, CJ/T 188 and M-Bus that others published or that follow from the norms: field-frames.json, each with its source.</summary>
internal static class FieldFrames
{
    private static readonly JsonElement[] All = Load();

    public static IEnumerable<string> Names => All.Select(frame => frame.GetProperty("name").GetString()!);

    /// <summary>The request as published, without the FE that wake the line; they vary.</summary>
    public static byte[] Request(string name) => Bytes(name, "request").SkipWhile(b => b == 0xFE).ToArray();

    public static byte[] Answer(string name) => Bytes(name, "answer");

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    private static byte[] Bytes(string name, string kind) =>
        Hex(All.Single(frame => frame.GetProperty("name").GetString() == name).GetProperty(kind).GetString()!);

    private static JsonElement[] Load()
    {
        using var document = JsonDocument.Parse(
            File.ReadAllText(Repository.PathOf("tests", "EdgeMeters.Firmware.Tests", "Bus", "field-frames.json")));
        return document.RootElement.EnumerateArray().Select(frame => frame.Clone()).ToArray();
    }
}
