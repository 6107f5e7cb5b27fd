using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Storage;

/// <summary>Counts the starts in a row that did not prove themselves, in 12 bytes that a host keeps in one small file.</summary>
/// <remarks>
/// Written twice a start: when it begins, when it has proved itself. A start proves itself by an hour of life or by ending of its own will, so
/// that resets by a watchdog count as failures too, of which the program never hears. RAM would not do: the ESP32's is cleared by a restart.
/// </remarks>
public sealed class StartRecord
{
    public const int Bytes = 12;

    /// <summary>After so long a start has proved itself.</summary>
    public const long ProvenMs = 3600 * 1000;

    /// <summary>Failures in a row that call for no pause: a technician who switches the supply a few times is no fault.</summary>
    private const int FreeFailures = 3;

    private const int PauseFirstMs = 10000;
    private const int PauseLongestMs = 900000;
    private const uint Mark = 0x31534D45;

    /// <summary>Starts in a row before this one that did not prove themselves.</summary>
    public int Failures { get; private set; }

    /// <summary>Milliseconds by which this start holds back what could hurt others if it came in a loop: the uplink, or the next restart.</summary>
    public int PauseMs
    {
        get
        {
            int pauseMs = PauseFirstMs;
            for (int i = FreeFailures; i < Failures && pauseMs < PauseLongestMs; i++)
                pauseMs *= 2;
            if (Failures < FreeFailures)
                return 0;
            return pauseMs < PauseLongestMs ? pauseMs : PauseLongestMs;
        }
    }

    /// <summary>Takes what the file holds, and counts this start as one that has yet to prove itself.</summary>
    /// <param name="kept">The file; of another length or damaged, counting begins again.</param>
    /// <returns>What to keep now.</returns>
    public byte[] Begin(byte[] kept)
    {
        ByteReader reader = new ByteReader();
        reader.Start(kept, 0, kept.Length);
        uint mark = reader.UInt32();
        uint failures = reader.UInt32();
        uint crc = reader.UInt32();
        bool isWhole = !reader.Failed && reader.Remaining == 0 && mark == Mark && crc == Crc32C.Compute(kept, 0, Bytes - 4);
        Failures = isWhole && failures <= 1000 ? (int)failures : 0;
        return Write(Failures + 1);
    }

    /// <summary>This start has proved itself.</summary>
    /// <returns>What to keep now.</returns>
    public byte[] Prove()
    {
        Failures = 0;
        return Write(0);
    }

    private byte[] Write(int failures)
    {
        byte[] bytes = new byte[Bytes];
        ByteWriter writer = new ByteWriter();
        writer.Start(bytes, 0, Bytes);
        writer.UInt32(Mark);
        writer.UInt32((uint)failures);
        writer.UInt32(Crc32C.Compute(bytes, 0, Bytes - 4));
        return bytes;
    }
}
