using System;
using System.Threading;

namespace EdgeMeters.Loader;

/// <summary>Where the ESP32 begins; what it then does with the slots is not here yet, and it says so.</summary>
public static class Program
{
    public static void Main()
    {
        Console.WriteLine("EdgeMeters loader: no slot is read yet");
        Thread.Sleep(Timeout.Infinite);
    }
}
