using System;
using System.Reflection;
using EdgeMeters.Metering.Update;

namespace EdgeMeters.Loader;

/// <summary>Loads applications into the interpreter and calls them as <see cref="LaunchContract"/> says.</summary>
public sealed class ApplicationStarter : IApplicationStarter
{
    // What was loaded stays in memory until the next start, even if the next assembly cannot be loaded: the interpreter unloads nothing.
    public bool TryStart(byte[][] assemblies, uint version, int slot)
    {
        MethodInfo? start = null;
        int at = 0;
        try
        {
            for (; at < assemblies.Length; at++)
            {
                Assembly assembly = Assembly.Load(assemblies[at]);
                if (at == assemblies.Length - 1)
                    start = StartOf(assembly);
            }
        }
        catch (Exception e)
        {
            Say(version, "cannot be loaded, assembly " + (at + 1).ToString() + " of " + assemblies.Length.ToString() + ": " + e.Message);
            return false;
        }
        if (start == null)
        {
            Say(version, "has no " + LaunchContract.Type + "." + LaunchContract.Method);
            return false;
        }
        Call(start, version, (uint)slot);
        return true;
    }

    public void NoteRefusal(uint version, UpdateError why)
    {
        Say(version, why == UpdateError.NoMemoryToLoad ? "does not fit the memory"
            : why == UpdateError.NotAssemblies ? "is no row of assemblies"
            : why == UpdateError.AssemblyVersion ? "has an assembly of another version"
            : "is damaged or not for this node");
    }

    public void StartFactory()
    {
        // Where it is not deployed Load throws, and the loader says so and tries again at the next start.
        MethodInfo? start = StartOf(Assembly.Load(LaunchContract.Assembly));
        if (start == null)
            throw new Exception("the factory application has no " + LaunchContract.Type + "." + LaunchContract.Method + ": flash the one that belongs to this loader");
        Call(start, ApplicationVersion.Number, LaunchContract.FactorySlot);
    }

    private static void Say(uint version, string what)
    {
        Console.WriteLine("EdgeMeters loader: version " + version.ToString() + " " + what);
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
