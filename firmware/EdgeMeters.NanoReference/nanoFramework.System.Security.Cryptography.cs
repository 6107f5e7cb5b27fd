// nanoFramework.System.Security.Cryptography, Version=1.0.38.0, NativeVersion=100.0.0.4
// Package nanoFramework.System.Security.Cryptography 1.0.38. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/System.Security.Cryptography.

namespace System.Security.Cryptography;

public class HMACSHA256 : IDisposable
{
    public extern byte[] Hash { get; }
    public extern byte[] Key { get; set; }
    public extern HMACSHA256();
    public extern HMACSHA256(byte[] key);
    public extern byte[] ComputeHash(byte[] buffer);
    public extern void Dispose();
    protected extern void Dispose(bool disposing);
    public static extern byte[] HashData(byte[] key, byte[] source);
}
