namespace EdgeMeters.Bench.Flash;

/// <summary>A program or an erase that no sync has followed yet, and what a power cut makes of it.</summary>
internal sealed record FlashOperation(int Address, byte[] Bytes, bool IsErase)
{
    /// <summary>Applies the first bytes whole; behind them NOR flash leaves a stretch in between what was and what was to be.</summary>
    public void ApplyPartly(byte[] image, int doneBytes, bool isNor, Random random)
    {
        // Which end of a sector is erased first, nobody says.
        bool isFromEnd = isNor && IsErase && random.Next(2) == 0;
        int PlaceOf(int i) => isFromEnd ? Bytes.Length - 1 - i : i;
        for (int i = 0; i < doneBytes; i++)
            Apply(image, PlaceOf(i), 0xFF);
        if (!isNor || doneBytes == 0 || doneBytes == Bytes.Length)
            return;
        // All cells of a page or a sector are worked on at once. Most often only the next byte of a program was reached.
        bool isByteOnly = !IsErase && random.Next(4) > 0;
        int stretch = isByteOnly ? 1 : random.Next(Bytes.Length - doneBytes + 1);
        for (int i = doneBytes; i < doneBytes + stretch; i++)
            Apply(image, PlaceOf(i), random.Next(2) == 0 && !isByteOnly ? 0 : random.Next(256));
    }

    /// <summary>Applies the bytes that lie in one part of the image.</summary>
    public void ApplyWithin(byte[] image, int from, int to, int doneBytes)
    {
        int last = Math.Min(to, Address + doneBytes);
        for (int at = Math.Max(from, Address); at < last; at++)
            Apply(image, at - Address, 0xFF);
    }

    private void Apply(byte[] image, int i, int reachedBits)
    {
        int at = Address + i;
        image[at] = IsErase ? (byte)(image[at] | reachedBits) : (byte)(image[at] & (Bytes[i] | ~reachedBits));
    }
}
