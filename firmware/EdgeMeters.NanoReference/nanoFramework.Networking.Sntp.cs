// nanoFramework.Networking.Sntp, Version=1.6.42.0, NativeVersion=100.0.4.4
// Package nanoFramework.Networking.Sntp 1.6.42. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/nanoFramework.Networking.Sntp.

namespace nanoFramework.Networking;

public class Sntp
{
    public static extern bool IsStarted { get; }
    public static extern string Server1 { get; set; }
    public static extern string Server2 { get; set; }
    public extern Sntp();
    public static extern void Start();
    public static extern void Stop();
    public static extern void UpdateNow();
}
