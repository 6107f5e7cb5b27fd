using EdgeMeters.NanoSimulation;

namespace nanoFramework.Hardware.Esp32;

public static class Configuration
{
    public static int GetFunctionPin(DeviceFunction function)
    {
        return SimulatedChip.Current.PinFunctions.TryGetValue((int)function, out int pin) ? pin : -1;
    }

    public static void SetPinFunction(int pin, DeviceFunction value) => SimulatedChip.Current.PinFunctions[(int)value] = pin;
}
