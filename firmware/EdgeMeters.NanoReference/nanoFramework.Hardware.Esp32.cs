// nanoFramework.Hardware.Esp32, Version=1.6.42.0, NativeVersion=100.0.10.0
// Package nanoFramework.Hardware.Esp32 1.6.42. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/nanoFramework.Hardware.Esp32.

using System;
using System.Device.Gpio;
using nanoFramework.Hardware.Esp32;

namespace System.Device.Gpio
{
    public struct GpioPulseCount
    {
        public long Count;
        public TimeSpan RelativeTime;
    }

    public sealed class GpioPulseCounter : IDisposable
    {
        public extern ushort FilterPulses { get; set; }
        public extern bool IsStarted { get; }
        public extern GpioPulsePolarity Polarity { get; set; }
        public extern GpioPulseCounter(int pinNumberA, int pinNumberB = -1);
        public extern void Dispose();
        public extern GpioPulseCount Read();
        public extern GpioPulseCount Reset();
        public extern void Start();
        public extern void Stop();
    }

    public enum GpioPulsePolarity
    {
        Both = 0,
        Falling = 1,
        Rising = 2,
    }
}

namespace nanoFramework.Hardware.Esp32
{
    public class Configuration
    {
        public extern Configuration();
        public static extern int GetFunctionPin(DeviceFunction function);
        public static extern void SetPinFunction(int pin, DeviceFunction value);
    }

    public enum DeviceFunction
    {
        SPI1_MOSI = 65792,
        SPI1_MISO = 65793,
        SPI1_CLOCK = 65794,
        SPI2_MOSI = 66048,
        SPI2_MISO = 66049,
        SPI2_CLOCK = 66050,
        COM1_TX = 196864,
        COM1_RX = 196865,
        COM1_RTS = 196866,
        COM1_CTS = 196867,
        COM2_TX = 197120,
        COM2_RX = 197121,
        COM2_RTS = 197122,
        COM2_CTS = 197123,
        COM3_TX = 197376,
        COM3_RX = 197377,
        COM3_RTS = 197378,
        COM3_CTS = 197379,
        COM4_TX = 197632,
        COM4_RX = 197633,
        COM4_RTS = 197634,
        COM4_CTS = 197635,
    }

    public enum DeviceTypes
    {
        GPIO = 0,
        SPI = 65536,
        I2C = 131072,
        SERIAL = 196608,
        PWM = 262144,
        ADC = 327680,
        I2S = 393216,
        SDMMC = 524288,
    }

    public enum EspNativeError
    {
        FAIL = -1,
        OK = 0,
        NO_MEM = 257,
        INVALID_ARG = 258,
        INVALID_STATE = 259,
        INVALID_SIZE = 260,
        NOT_FOUND = 261,
        NOT_SUPPORTED = 262,
        TIMEOUT = 263,
        INVALID_RESPONSE = 264,
        INVALID_CRC = 265,
        INVALID_VERSION = 266,
        INVALID_MAC = 267,
        WIFI_BASE = 12288,
    }

    public static class Gpio
    {
        public const int IO00 = 0;
        public const int IO01 = 1;
        public const int IO02 = 2;
        public const int IO03 = 3;
        public const int IO04 = 4;
        public const int IO05 = 5;
        public const int IO06 = 6;
        public const int IO07 = 7;
        public const int IO08 = 8;
        public const int IO09 = 9;
        public const int IO10 = 10;
        public const int IO11 = 11;
        public const int IO12 = 12;
        public const int IO13 = 13;
        public const int IO14 = 14;
        public const int IO15 = 15;
        public const int IO16 = 16;
        public const int IO17 = 17;
        public const int IO18 = 18;
        public const int IO19 = 19;
        public const int IO20 = 20;
        public const int IO21 = 21;
        public const int IO22 = 22;
        public const int IO23 = 23;
        public const int IO24 = 24;
        public const int IO25 = 25;
        public const int IO26 = 26;
        public const int IO27 = 27;
        public const int IO28 = 28;
        public const int IO29 = 29;
        public const int IO30 = 30;
        public const int IO31 = 31;
        public const int IO32 = 32;
        public const int IO33 = 33;
        public const int IO34 = 34;
        public const int IO35 = 35;
        public const int IO36 = 36;
        public const int IO37 = 37;
        public const int IO38 = 38;
        public const int IO39 = 39;
    }

    public class HighResTimer : IDisposable
    {
        public extern event HighResTimerExpiredEventHandler OnHighResTimerExpired;
        public extern HighResTimer();
        public extern void Dispose();
        protected virtual extern void Dispose(bool disposing);
        public static extern ulong GetCurrent();
        public extern void StartOnePeriodic(ulong period_us);
        public extern void StartOneShot(ulong timeout_us);
        public extern void Stop();
    }

    public delegate void HighResTimerExpiredEventHandler(HighResTimer sender, object e);

    public class NativeMemory
    {
        public extern NativeMemory();
        public static extern void GetMemoryInfo(NativeMemory.MemoryType memType, out uint totalSize, out uint totalFreeSize, out uint largestFreeBlock);

        public enum MemoryType
        {
            All = 0,
            Internal = 1,
            SpiRam = 2,
        }
    }

    public class Sleep
    {
        public extern Sleep();
        public static extern EspNativeError EnableWakeupByMultiPins(Sleep.WakeupGpioPin pins, Sleep.WakeupMode mode);
        public static extern EspNativeError EnableWakeupByPin(Sleep.WakeupGpioPin pin, int level);
        public static extern EspNativeError EnableWakeupByTimer(TimeSpan time);
        public static extern EspNativeError EnableWakeupByTouchPad(int padNumber1, int padNumber2 = -1, byte thresholdCoefficient = 80);
        public static extern EspNativeError EnableWakeupByUart(Sleep.WakeUpPort portNumber, int edgeCount);
        public static extern Sleep.WakeupCause GetWakeupCause();
        public static extern Sleep.WakeupGpioPin GetWakeupGpioPin();
        public static extern int GetWakeupTouchpad();
        public static extern void StartDeepSleep();
        public static extern EspNativeError StartLightSleep();

        public enum WakeUpPort
        {
            COM1 = 0,
            COM2 = 1,
        }

        public enum WakeupCause
        {
            Undefined = 0,
            Ext0 = 2,
            Ext1 = 3,
            Timer = 4,
            TouchPad = 5,
            Ulp = 6,
            Gpio = 7,
            Uart = 8,
            Wifi = 9,
            CoCpu = 10,
            CoCpuTrapTrig = 11,
            Bt = 12,
        }

        public enum WakeupGpioPin : ulong
        {
            None = 0,
            Pin0 = 1,
            Pin1 = 2,
            Pin2 = 4,
            Pin3 = 8,
            Pin4 = 16,
            Pin5 = 32,
            Pin6 = 64,
            Pin7 = 128,
            Pin8 = 256,
            Pin9 = 512,
            Pin10 = 1024,
            Pin11 = 2048,
            Pin12 = 4096,
            Pin13 = 8192,
            Pin14 = 16384,
            Pin15 = 32768,
            Pin16 = 65536,
            Pin17 = 131072,
            Pin18 = 262144,
            Pin19 = 524288,
            Pin20 = 1048576,
            Pin21 = 2097152,
            Pin25 = 33554432,
            Pin26 = 67108864,
            Pin27 = 134217728,
            Pin32 = 4294967296,
            Pin33 = 8589934592,
            Pin34 = 17179869184,
            Pin35 = 34359738368,
            Pin36 = 68719476736,
            Pin37 = 137438953472,
            Pin38 = 274877906944,
            Pin39 = 549755813888,
        }

        public enum WakeupMode
        {
            AllLow = 0,
            AnyHigh = 1,
        }
    }
}
