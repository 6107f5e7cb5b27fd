using System;
using System.Reflection;
using EdgeMeters.Metering.Update;

namespace EdgeMeters.Loader;

/// <summary>Loads applications into the interpreter and calls them as <see cref="LaunchContract"/> says.</summary>
public sealed class ApplicationStarter : IApplicationStarter
{
    public bool TryStart(byte[] body, uint version, int slot)
    {
        MethodInfo? start;
        try
        {
            start = StartOf(Assembly.Load(body));
        }
        catch (Exception e)
        {
            Console.WriteLine("EdgeMeters loader: version " + version.ToString() + " cannot be loaded: " + e.Message);
            return false;
        }
        if (start == null)
        {
            Console.WriteLine("EdgeMeters loader: version " + version.ToString() + " has no " + LaunchContract.Type + "." + LaunchContract.Method);
            return false;
        }
        Call(start, version, (uint)slot);
        return true;
    }

    public void StartFactory()
    {
        // Where it is not deployed Load throws, and the loader says so and tries again at the next start.
        MethodInfo? start = StartOf(Assembly.Load(LaunchContract.Assembly));
        if (start == null)
            throw new Exception("the factory application has no " + LaunchContract.Type + "." + LaunchContract.Method + ": flash the one that belongs to this loader");
        Call(start, ApplicationVersion.Number, LaunchContract.FactorySlot);
    }

    private static MethodInfo? StartOf(Assembly assembly)
    {
        Type? type = assembly.GetType(LaunchContract.Type);
        return type == null ? null : type.GetMethod(LaunchContract.Method, BindingFlags.Public | BindingFlags.Static);
    }

    // What the application throws ends the loader's Main, which starts the device again.
    private static void Call(MethodInfo start, uint version, uint slot)
    {
        uint[] launch = new uint[LaunchContract.Length];
        launch[LaunchContract.VersionAt] = version;
        launch[LaunchContract.SlotAt] = slot;
        start.Invoke(null, new object[] { launch });
    }
}
