namespace EdgeMeters.NanoSimulation.Types.Native;

/// <summary>nanoFramework's Random, which on ESP32 is the hardware generator: here the chip's seed.</summary>
public sealed class ChipRandom
{
    private readonly System.Random _random = SimulatedChip.Current.Random;

    public void NextBytes(byte[] buffer) => _random.NextBytes(buffer);
}
