using System.Globalization;

namespace EdgeMeters.Bench.Bus;

/// <summary>How bytes go over a serial line; 8 bits always.</summary>
/// <param name="BaudRate">Bits per second.</param>
/// <param name="Parity">0 none, 1 odd, 2 even: as <c>System.IO.Ports.Parity</c> counts.</param>
/// <param name="StopBits">1 or 2.</param>
public readonly record struct LineSetting(int BaudRate, byte Parity, byte StopBits)
{
    private const string Parities = "NOE";

    /// <summary>9600 8N1: what most Modbus meters are set to.</summary>
    public static LineSetting Usual => new(9600, 0, 1);

    /// <summary>Start bit, eight bits, parity, stop bits.</summary>
    public int BitsPerByte => 9 + (Parity == 0 ? 0 : 1) + StopBits;

    /// <summary>Time that bytes take on the line.</summary>
    public long Microseconds(int bytes) => bytes * (long)BitsPerByte * 1_000_000 / BaudRate;

    /// <summary>True when a receiver with this setting takes what a sender with the other one sends. A second stop bit is silence to it.</summary>
    public bool Hears(LineSetting other) => BaudRate == other.BaudRate && Parity == other.Parity;

    /// <summary>Reads "9600", "9600 8N1", "2400/8E1".</summary>
    public static bool TryParse(string text, out LineSetting setting)
    {
        string[] parts = text.Split(' ', '/');
        string framing = parts.Length == 2 ? parts[1] : "8N1";
        setting = Usual;
        if (parts.Length > 2 || framing is not ['8', 'N' or 'O' or 'E', '1' or '2']
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int baudRate) || baudRate is < 300 or > 115200)
            return false;
        setting = new LineSetting(baudRate, (byte)Parities.IndexOf(framing[1]), (byte)(framing[2] - '0'));
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{BaudRate} 8{Parities[Parity]}{StopBits}");
}
