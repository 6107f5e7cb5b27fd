using System;
using System.Threading;
using nanoFramework.Runtime.Native;

namespace EdgeMeters.Node;

/// <summary>Where the ESP32 begins.</summary>
public static class Program
{
    public static void Main()
    {
        Console.WriteLine("EdgeMeters node on " + SystemInfo.TargetName);
        Thread.Sleep(Timeout.Infinite);
    }
}
