namespace EdgeMeters.Metering.Boards;

/// <summary>The chips that a board may carry. Those without a pulse counter are named so that they can be refused by name.</summary>
public enum ChipKind : byte
{
    Unknown = 0,
    Esp32 = 1,
    Esp32S3 = 2,
    Esp32C6 = 3,
    Esp32C3 = 4,
    Esp32C61 = 5,
}
