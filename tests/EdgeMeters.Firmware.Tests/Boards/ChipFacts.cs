using EdgeMeters.Metering.Boards;

namespace EdgeMeters.Firmware.Tests.Boards;

/// <summary>What a chip's pins can be used for. Apart from what the boards say, so that a wrong board is found.</summary>
/// <remarks>
/// Source: ESP-IDF Programming Guide, "GPIO &amp; RTC GPIO", table and notes of each chip (docs/en/api-reference/peripherals/gpio/esp32.inc and
/// esp32s3.inc); console pins from UART0 of the same guide.
/// </remarks>
internal sealed class ChipFacts
{
    public required int[] Exists { get; init; }

    /// <summary>SPI0/1: the flash that the chip starts from.</summary>
    public required int[] Flash { get; init; }

    /// <summary>SPI0/1: external RAM on the modules that have it.</summary>
    public required int[] ExternalRam { get; init; }

    public required int[] InputOnly { get; init; }

    public required int[] Strapping { get; init; }

    /// <summary>Strapping pins that a pull must not hold high at reset: MTDI selects 1.8 V for the flash, GPIO2 keeps out of the boot loader.</summary>
    public required int[] NeverUp { get; init; }

    /// <summary>UART0 and USB: how the chip is flashed.</summary>
    public required int[] Console { get; init; }

    public static ChipFacts Of(ChipKind chip) => chip switch
    {
        ChipKind.Esp32 => new ChipFacts
        {
            Exists = [.. Enumerable.Range(0, 20), 21, 22, 23, 25, 26, 27, .. Enumerable.Range(32, 8)],
            Flash = [6, 7, 8, 9, 10, 11],
            ExternalRam = [16, 17],
            InputOnly = [34, 35, 36, 37, 38, 39],
            Strapping = [0, 2, 5, 12, 15],
            NeverUp = [2, 12],
            Console = [1, 3],
        },
        ChipKind.Esp32S3 => new ChipFacts
        {
            Exists = [.. Enumerable.Range(0, 22), .. Enumerable.Range(26, 23)],
            Flash = [26, 27, 28, 29, 30, 31, 32],
            ExternalRam = [33, 34, 35, 36, 37],
            InputOnly = [],
            Strapping = [0, 3, 45, 46],
            NeverUp = [45],
            Console = [19, 20, 43, 44],
        },
        _ => throw new ArgumentOutOfRangeException(nameof(chip), chip, "no board has this chip yet"),
    };
}
