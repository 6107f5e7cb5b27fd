using System;

namespace EdgeMeters.Metering.Bus.Dlt645;

/// <summary>Why a DL/T 645 meter refused: the bits of its one byte (DL/T 645-2007, annex C).</summary>
[Flags]
public enum Dlt645Refusal : byte
{
    Other = 1,

    /// <summary>The meter has no such register.</summary>
    NoSuchRegister = 2,

    /// <summary>The password is wrong, or what was asked is not allowed.</summary>
    NotAllowed = 4,

    BaudRateFixed = 8,
    TooManySeasons = 16,
    TooManyPeriods = 32,
    TooManyTariffs = 64,
}
