namespace EdgeMeters.Benchmarks.Bus;

/// <summary>One read of input registers.</summary>
internal readonly record struct BusRead(byte Unit, ushort Address, byte Count)
{
    public override string ToString() => $"{Unit}:{Address}:{Count}";
}
