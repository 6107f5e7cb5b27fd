namespace EdgeMeters.Metering.Registers;

/// <summary>How a meter codes a number in its 16-bit registers.</summary>
public enum RegisterType : byte
{
    U16 = 1,
    I16 = 2,
    U32 = 3,
    I32 = 4,
    U64 = 5,
    I64 = 6,

    /// <summary>IEEE 754 single precision. 24 bits: above 16,384 kWh it can no longer tell one Wh from the next.</summary>
    F32 = 7,
}
