namespace EdgeMeters.Simulation.World;

/// <summary>The wheel of a meter with a contact: what it truly turned at every moment, by seed. The contact counts while its node has a supply.</summary>
internal sealed class PulseDial
{
    private const int SlotMs = 900_000;
    private const int PulsesPerSlotMax = 400;

    private readonly long[] _atSlot;

    public PulseDial(long start, int days, Random random)
    {
        _atSlot = new long[(days * 96) + 2];
        _atSlot[0] = start;
        int mean = random.Next(1, PulsesPerSlotMax);
        // A house sleeps and wakes: some slots have nothing, some twice the mean.
        for (int slot = 1; slot < _atSlot.Length; slot++)
            _atSlot[slot] = _atSlot[slot - 1] + (random.Next(4) == 0 ? 0 : random.Next(2 * mean));
    }

    /// <summary>Pulses at a moment of the world, the start included.</summary>
    public long At(long worldMs)
    {
        long slot = Math.Min(worldMs / SlotMs, _atSlot.Length - 2);
        long into = Math.Min(worldMs - (slot * SlotMs), SlotMs);
        return _atSlot[slot] + ((_atSlot[slot + 1] - _atSlot[slot]) * into / SlotMs);
    }
}
