// System.Device.Spi, Version=1.3.89.0, NativeVersion=100.1.2.0
// Package nanoFramework.System.Device.Spi 1.3.89. Members: its public sources, github.com/nanoframework/System.Device.Spi at tag v1.3.89.

using System.Device.Gpio;

namespace System.Device.Spi;

public enum DataFlow
{
    MsbFirst = 0,
    LsbFirst = 1,
}

public enum SpiBusConfiguration
{
    FullDuplex = 0,
    HalfDuplex = 1,
    Simplex = 2,
}

public sealed class SpiConnectionSettings
{
    public extern int BusId { get; set; }
    public extern int ChipSelectLine { get; set; }
    public extern PinValue ChipSelectLineActiveState { get; set; }
    public extern int ClockFrequency { get; set; }
    public extern SpiBusConfiguration Configuration { get; set; }
    public extern int DataBitLength { get; set; }
    public extern DataFlow DataFlow { get; set; }
    public extern SpiMode Mode { get; set; }
    public extern SpiConnectionSettings(int busId, int chipSelectLine = -1);
}

public class SpiDevice : IDisposable
{
    public extern SpiConnectionSettings ConnectionSettings { get; }
    public extern SpiDevice(SpiConnectionSettings settings);
    public static extern SpiDevice Create(SpiConnectionSettings settings);
    public extern void Dispose();
    protected extern void Dispose(bool disposing);
    public extern void Read(SpanByte buffer);
    public extern void Read(ushort[] buffer);
    public extern byte ReadByte();
    public extern void TransferFullDuplex(SpanByte writeBuffer, SpanByte readBuffer);
    public extern void TransferFullDuplex(ushort[] writeBuffer, ushort[] readBuffer);
    public extern void Write(SpanByte buffer);
    public extern void Write(ushort[] buffer);
    public extern void WriteByte(byte value);
}

public class SpiDeviceAlreadyInUseException : Exception
{
    public extern SpiDeviceAlreadyInUseException();
}

public enum SpiMode
{
    Mode0 = 0,
    Mode1 = 1,
    Mode2 = 2,
    Mode3 = 3,
}
