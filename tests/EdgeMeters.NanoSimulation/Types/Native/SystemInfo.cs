namespace nanoFramework.Runtime.Native;

public static class SystemInfo
{
    public static string TargetName => "ESP32_SIMULATION";
}
