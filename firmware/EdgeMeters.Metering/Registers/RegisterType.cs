namespace EdgeMeters.Metering.Registers;

/// <summary>How a Modbus meter codes a register, in 16-bit words.</summary>
public enum RegisterType : byte
{
    U16 = 1,
    I16 = 2,
    U32 = 3,
    I32 = 4,
    U64 = 5,
    I64 = 6,

    /// <summary>IEEE 754 single: 24 bits of mantissa, so a register in it loses units above 16,777,216. Use an integer twin where the meter has one.</summary>
    F32 = 7,

    U48 = 8,
    I48 = 9,

    /// <summary>IEEE 754 double.</summary>
    F64 = 10,

    /// <summary>Four decimal digits, most significant first.</summary>
    Bcd16 = 11,

    Bcd32 = 12,
    Bcd48 = 13,
    Bcd64 = 14,
}
