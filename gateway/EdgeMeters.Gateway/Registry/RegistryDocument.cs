using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;

namespace EdgeMeters.Gateway.Registry;

/// <summary>The registry as an entry of the log: the CSV text, compressed; or, from a configuration, the JSON list of its points, which has no dates.</summary>
internal static class RegistryDocument
{
    private const byte GzipMark = 0x1F;

    /// <summary>Makes the entry of a CSV text.</summary>
    public static byte[] Of(ReadOnlySpan<byte> csv)
    {
        using var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionLevel.Optimal, true))
            gzip.Write(csv);
        return body.ToArray();
    }

    /// <summary>Makes the entry of a configuration's points.</summary>
    public static byte[] Of(IReadOnlyList<MeteringPoint> points) => JsonSerializer.SerializeToUtf8Bytes(points);

    /// <summary>Makes the entry of a registry.</summary>
    public static byte[] Of(PointRegistry registry)
    {
        using var text = new MemoryStream();
        using (var writer = new StreamWriter(text, new UTF8Encoding(false), 1 << 16, true))
            RegistryCsvWriter.Write(registry, writer);
        return Of(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    /// <summary>The registry that is in force from an entry on.</summary>
    /// <param name="before">The registry before it.</param>
    /// <exception cref="InvalidDataException">The entry holds none.</exception>
    public static PointRegistry Read(byte[] body, PointRegistry before, long receivedUtcSeconds)
    {
        if (body.Length == 0 || body[0] != GzipMark)
            return UndatedPoints.Follow(before, ReadList(body), (uint)Math.Clamp(receivedUtcSeconds, 0, uint.MaxValue - 1));
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var text = new MemoryStream();
        CopyLimited(gzip, text);
        text.Position = 0;
        var reader = new RegistryCsvReader();
        reader.Read("registry", text);
        return reader.Finish() ?? throw new InvalidDataException(reader.Faults.Lines().First());
    }

    private static List<MeteringPoint> ReadList(byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize<List<MeteringPoint>>(body) is { } points && points.TrueForAll(p => p is { Id: not null, MeterSerial: not null, Register: not null }))
                return points;
        }
        catch (JsonException)
        {
            // Said below.
        }
        throw new InvalidDataException("It is no list of metering points.");
    }

    // What a few bytes unpack to must not fill the memory.
    private static void CopyLimited(GZipStream from, MemoryStream to)
    {
        byte[] buffer = new byte[1 << 16];
        for (int read = from.Read(buffer); read > 0; read = from.Read(buffer))
        {
            to.Write(buffer, 0, read);
            if (to.Length > RegistryCsvReader.FileBytesMax)
                throw new InvalidDataException("It is larger than any registry.");
        }
    }
}
