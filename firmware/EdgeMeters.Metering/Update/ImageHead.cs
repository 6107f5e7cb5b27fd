using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Update;

/// <summary>What stands before an application in its image: which version it is, and the only node it is for (FORMAT.md, "Application image").</summary>
public sealed class ImageHead
{
    public const int Bytes = 80;

    /// <summary>The code behind the application.</summary>
    public const int MacBytes = 32;

    public const int OverheadBytes = Bytes + MacBytes;

    /// <summary>HMAC-SHA-256 chained over pieces, as <see cref="ImageChain"/> does.</summary>
    public const byte Suite1 = 1;

    public const int NodeCharsMax = 40;
    public const int RuntimeCharsMax = 26;

    /// <summary>Longest application, in bytes: all its assemblies.</summary>
    public const int BodyBytesMax = 512 * 1024;

    private const uint Magic = 0x31494D45;

    /// <summary>Version of the application, 1 or more; only ever goes up.</summary>
    public uint Version { get; set; }

    /// <summary>Bytes of the application.</summary>
    public int BodyBytes { get; set; }

    /// <summary>Number of the board, 1 to 255.</summary>
    public byte Board { get; set; }

    public byte Suite { get; set; } = Suite1;

    /// <summary>The libraries and the interpreter under which it runs: <see cref="RuntimeLine"/>.</summary>
    public string Runtime { get; set; } = "";

    /// <summary>Name of the node.</summary>
    public string Node { get; set; } = "";

    /// <summary>Writes the head.</summary>
    /// <returns>False when a field is outside its rule.</returns>
    public bool TryWrite(ByteWriter writer, byte[] buffer)
    {
        if (!IsInRange())
            return false;
        writer.Start(buffer, 0, Bytes);
        writer.UInt32(Magic);
        writer.UInt32(Version);
        writer.UInt32((uint)BodyBytes);
        writer.Byte(Board);
        writer.Byte(Suite);
        PaddedText.Write(writer, Runtime, RuntimeCharsMax);
        PaddedText.Write(writer, Node, NodeCharsMax);
        return true;
    }

    /// <summary>Reads a head; only one that <see cref="TryWrite"/> would write again is taken.</summary>
    public UpdateError Read(ByteReader reader, byte[] buffer)
    {
        reader.Start(buffer, 0, Bytes);
        if (reader.UInt32() != Magic)
            return UpdateError.NotAnImage;
        Version = reader.UInt32();
        uint bodyBytes = reader.UInt32();
        Board = reader.Byte();
        Suite = reader.Byte();
        if (Suite != Suite1)
            return UpdateError.UnknownSuite;
        Runtime = PaddedText.Read(reader, RuntimeCharsMax);
        Node = PaddedText.Read(reader, NodeCharsMax);
        BodyBytes = bodyBytes > BodyBytesMax ? 0 : (int)bodyBytes;
        return IsInRange() ? UpdateError.None : UpdateError.BadHead;
    }

    private bool IsInRange()
    {
        return Version != 0 && BodyBytes > 0 && BodyBytes <= BodyBytesMax && Board != 0
            && PaddedText.Fits(Runtime, RuntimeCharsMax) && PaddedText.Fits(Node, NodeCharsMax);
    }
}
