namespace EdgeMeters.Metering.Update;

/// <summary>Starts programs on the platform.</summary>
public interface IApplicationStarter
{
    /// <summary>Loads an application and runs it. Does not return once it runs; if it ends or throws, the device is started again.</summary>
    /// <param name="assemblies">Its assemblies, to be loaded in this order; the last one has its start.</param>
    /// <param name="version">Its version.</param>
    /// <param name="slot">Where it lies; the application confirms it there.</param>
    /// <returns>False when it could not be loaded: damaged, or built for other libraries.</returns>
    bool TryStart(byte[][] assemblies, uint version, int slot);

    /// <summary>An application is in its slot and is passed over.</summary>
    /// <param name="why">What is wrong with it; NoMemoryToLoad when the memory does not hold it.</param>
    void NoteRefusal(uint version, UpdateError why);

    /// <summary>Runs the application that was flashed beside the loader. Does not return.</summary>
    void StartFactory();
}
