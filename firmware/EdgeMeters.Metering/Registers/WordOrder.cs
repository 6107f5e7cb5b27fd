namespace EdgeMeters.Metering.Registers;

/// <summary>Order of a number's bytes on the wire, named for a 32-bit number whose most significant byte is A.</summary>
public enum WordOrder : byte
{
    /// <summary>Most significant word first, each word most significant byte first: what Modbus itself does.</summary>
    Abcd = 1,

    /// <summary>Least significant word first, each word most significant byte first.</summary>
    Cdab = 2,

    /// <summary>Most significant word first, each word least significant byte first.</summary>
    Badc = 3,

    /// <summary>Least significant byte first.</summary>
    Dcba = 4,
}
