using System.Globalization;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.MBus;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>Meter addresses as people write them, most significant digit first, and as the protocols send them (MeterTable.Address).</summary>
public static class MeterAddress
{
    private const int Dlt645Digits = 12;
    private const int Cjt188Digits = 14;
    private const int PrimaryMax = 250;

    /// <summary>What an address of this protocol looks like.</summary>
    public static string FormOf(BusProtocol protocol) => protocol switch
    {
        BusProtocol.Modbus => "unit, 1 to 247",
        BusProtocol.Dlt645 or BusProtocol.Dlt645Of1997 => $"address, {Dlt645Digits} digits",
        BusProtocol.Cjt188 => $"address, {Cjt188Digits} digits",
        _ => $"address, 1 to {PrimaryMax}, or the {2 * MBusFrame.SecondaryBytes} hexadecimal digits of its secondary address",
    };

    /// <param name="protocol">What the meter speaks.</param>
    /// <param name="text">As written; a DL/T 645 or CJ/T 188 address has all its leading zeros.</param>
    /// <param name="meterType">CJ/T 188: the meter type, which goes before the address.</param>
    /// <returns>Null when it is none of the protocol's, or stands for more than one meter.</returns>
    public static byte[]? Parse(BusProtocol protocol, string text, byte meterType = 0)
    {
        byte[]? address = protocol switch
        {
            BusProtocol.Modbus => Number(text, 247),
            BusProtocol.Dlt645 or BusProtocol.Dlt645Of1997 => Decimal(text, Dlt645Digits),
            BusProtocol.Cjt188 => Decimal(text, Cjt188Digits) is { } digits ? [meterType, .. digits] : null,
            _ => text.Length == 2 * MBusFrame.SecondaryBytes ? Secondary(text) : Number(text, PrimaryMax),
        };
        return address != null && BusFactory.IsAddress(protocol, address) ? address : null;
    }

    private static byte[]? Number(string text, int max)
    {
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        return isNumber && number >= 1 && number <= max ? [(byte)number] : null;
    }

    // Two digits a byte, the last two first.
    private static byte[]? Decimal(string text, int digits)
    {
        if (text.Length != digits || !text.All(char.IsAsciiDigit))
            return null;
        byte[] address = Convert.FromHexString(text);
        Array.Reverse(address);
        return address;
    }

    // Identification as on the nameplate, then manufacturer, version and medium as an answer's head has them.
    private static byte[]? Secondary(string text)
    {
        if (!text.All(char.IsAsciiHexDigit) || !text[..8].All(char.IsAsciiDigit))
            return null;
        byte[] address = Convert.FromHexString(text);
        Array.Reverse(address, 0, 4);
        return address;
    }
}
