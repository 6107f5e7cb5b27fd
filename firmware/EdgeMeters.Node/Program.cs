using System;
using System.Threading;
using EdgeMeters.Metering.Update;
using nanoFramework.Runtime.Native;

namespace EdgeMeters.Node;

/// <summary>Where the application begins.</summary>
public static class Program
{
    /// <summary>Of a board that takes no updates over the air: the application lies in the deploy region alone.</summary>
    public static void Main()
    {
        Start(new uint[] { ApplicationVersion.Number, LaunchContract.FactorySlot });
    }

    /// <summary>The loader's call; see <see cref="LaunchContract"/>.</summary>
    public static void Start(uint[] launch)
    {
        Console.WriteLine("EdgeMeters node " + launch[LaunchContract.VersionAt].ToString() + " on " + SystemInfo.TargetName);
        Thread.Sleep(Timeout.Infinite);
    }
}
