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
    public static byte[] Of(Stream csv)
    {
        using var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionLevel.Optimal, true))
            csv.CopyTo(gzip);
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
        text.Position = 0;
        return Of(text);
    }

    /// <summary>The registry that is in force from an entry on.</summary>
    /// <param name="before">Reads the registry before it, which only a list without dates goes by.</param>
    /// <exception cref="InvalidDataException">The entry holds none.</exception>
    public static PointRegistry Read(byte[] body, Func<PointRegistry> before, long receivedUtcSeconds)
    {
        if (body.Length == 0 || body[0] != GzipMark)
            return UndatedPoints.Follow(before(), ReadList(body), (uint)Math.Clamp(receivedUtcSeconds, 0, uint.MaxValue - 1));
        var reader = ReadCsv(body, "registry");
        return reader.Finish() ?? throw new InvalidDataException(reader.Faults.Lines().First());
    }

    /// <summary>Reads the CSV text of an entry; the reader is to be asked for the registry or its faults.</summary>
    /// <param name="name">What faults call it.</param>
    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    public static RegistryCsvReader ReadCsv(byte[] body, string name)
    {
        RefuseBomb(body);
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        var reader = new RegistryCsvReader();
        reader.Read(name, gzip);
        return reader;
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
    private static void RefuseBomb(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read = gzip.Read(buffer); read > 0; read = gzip.Read(buffer))
        {
            bytes += read;
            if (bytes > RegistryCsvReader.FileBytesMax)
                throw new InvalidDataException("It is larger than any registry.");
        }
    }
}
