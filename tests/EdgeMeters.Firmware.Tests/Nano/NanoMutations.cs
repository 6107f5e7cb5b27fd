namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>What must not come into the firmware, each as a source file that is compiled with all of it.</summary>
internal static class NanoMutations
{
    /// <summary>What the compiler refuses because nanoFramework lacks it: the source, and the error.</summary>
    public static readonly Dictionary<string, (string Source, string Error)> Refused = new()
    {
        ["list"] = ("class M { int Count() { var held = new System.Collections.Generic.List<int>(); return held.Count; } }", "CS0234"),
        ["linq"] = ("using System.Linq; class M { int Sum(int[] all) => all.Sum(); }", "CS0234"),
        ["async"] = ("class M { async System.Threading.Tasks.Task Wait() { } }", "CS0234"),
        ["nullable struct"] = ("class M { long? Register; }", "CS0518"),
        ["tuple"] = ("class M { (int Row, int Channel) Place() => (1, 2); }", "CS8179"),
        ["span"] = ("class M { int First(System.Span<byte> bytes) => bytes[0]; }", "CS0234"),
        ["iterator"] = ("class M { System.Collections.Generic.IEnumerable<int> Count() { yield return 1; } }", "CS0234"),
        ["record"] = ("record M(int X);", "CS0518"),
        ["range"] = ("class M { string Head(string text) => text[..2]; }", "CS0518"),
        ["index from end"] = ("class M { byte Last(byte[] bytes) => bytes[^1]; }", "CS0518"),
        ["decimal"] = ("class M { decimal Price; }", "CS0518"),
        ["UTF-8 literal"] = ("class M { void Use() { var bytes = \"a\"u8; } }", "CS0518"),
        ["string.Join"] = ("class M { string All(string[] parts) => string.Join(\", \", parts); }", "CS0117"),
        ["string.Replace"] = ("class M { string Mended(string text) => text.Replace(\"a\", \"b\"); }", "CS1061"),
        ["Math"] = ("class M { int Least(int a, int b) => System.Math.Min(a, b); }", "CS0234"),
        ["Stopwatch"] = ("class M { long Ticks() => System.Diagnostics.Stopwatch.GetTimestamp(); }", "CS0234"),
        ["local time"] = ("class M { System.DateTime Now() => System.DateTime.Now; }", "CS0117"),
        ["overflow exception"] = ("class M { void Try() { try { } catch (System.OverflowException) { } } }", "CS0234"),
        ["default interface method"] = ("interface IM { int Answer() => 42; }", "CS8701"),
        ["static virtual"] = ("interface IM { static abstract int Answer(); }", "CS8919"),
        ["unsafe"] = ("class M { unsafe int Follow(int* at) => *at; }", "CS0227"),
        ["function pointer"] = ("class M { unsafe int Call(delegate*<int> at) => at(); }", "CS0227"),
        ["stack allocation"] = ("class M { void Use() { System.Span<byte> bytes = stackalloc byte[4]; } }", "CS0234"),
        ["console with an object"] = ("class M { void Print() => System.Console.WriteLine(1); }", "CS1503"),
        ["host's file API"] = ("class M { void Make() => System.IO.File.Move(\"a\", \"b\", true); }", "CS1501"),
    };

    /// <summary>What compiles and then fails or lies on the chip: the source, and what the gate says.</summary>
    public static readonly Dictionary<string, (string Source, string Offence)> Caught = new()
    {
        ["generic type"] = ("class M<T> { T? Held; }", "M`1: a generic type"),
        ["generic method"] = ("class M { object? Echo<T>(T held) => held; }", "M.Echo: a generic method"),
        ["call of a generic method"] = ("class M { static void Use<T>() { } void Call() => Use<int>(); }", "M.Call: a call of the generic method Use"),
        ["generic instance"] = ("class N<T> { } class M { N<int> Held = new(); }", "M.Held: the generic type "),
        ["generic delegate"] = ("delegate T M<T>(T given);", "M`1: a generic type"),
        ["two-dimensional array"] = ("class M { int[,] Matrix = new int[2, 3]; }", "M.Matrix: a multi-dimensional array of System.Int32"),
        ["two-dimensional array in a local"] = ("class M { int Sum() { var all = new byte[2, 2]; return all[0, 1]; } }", "M.Sum: a multi-dimensional array of System.Byte"),
        ["pointer"] = ("class M { unsafe int Follow(int* at) => *at; }", "M.Follow: a pointer to System.Int32"),
        ["pinned array"] = ("class M { unsafe byte First(byte[] all) { fixed (byte* at = all) return *at; } }", "M.First: a pinned"),
        ["stack allocation"] = ("class M { unsafe byte First() { byte* all = stackalloc byte[4]; return all[0]; } }", "M.First: localloc"),
        ["function pointer"] = ("class M { unsafe int Call(delegate*<int> at) => at(); }", "M.Call: calli"),
        ["checked sum"] = ("class M { int Add(int a, int b) => checked(a + b); }", "M.Add: checked arithmetic (add.ovf)"),
        ["checked conversion"] = ("class M { byte Low(int a) => checked((byte)a); }", "M.Low: checked arithmetic (conv.ovf.u1)"),
        ["name of an enum"] = ("enum E { A } class M { string Of(E e) => e.ToString(); }", "M.Of: ToString of an enum"),
        ["enum in an interpolation"] = ("enum E { A } class M { string Of(E e) => $\"{e}\"; }", "M.Of: an enum as an object ("),
        ["enum in a sum of strings"] = ("enum E { A } class M { string Of(E e) => \"is \" + e; }", "M.Of: "),
        ["name of an enum of the other assembly"] = ("class M { string Of(EdgeMeters.Wire.Unit unit) => unit.ToString(); }", "M.Of: ToString of an enum"),
        ["enum of the other assembly in an interpolation"] = ("class M { string Of(EdgeMeters.Wire.Unit unit) => $\"{unit}\"; }", "M.Of: an enum as an object ("),
        ["native method"] = ("class M { [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.InternalCall)] extern int Read(); }", "M.Read: a native method"),
        ["too many fields"] = ($"class M {{ {string.Concat(Enumerable.Range(0, 256).Select(number => $"int _{number};"))} }}", "M: 256 instance fields"),
        ["too many methods"] = ($"static class M {{ {string.Concat(Enumerable.Range(0, 256).Select(number => $"static void A{number}() {{ }} "))} }}", "M: 256 static methods"),
        ["too many locals"] = ($"class M {{ void Use(out int sum) {{ sum = 0; {string.Concat(Enumerable.Range(0, 256).Select(number => $"int _{number} = sum++; Keep(ref _{number}); "))} }} void Keep(ref int held) {{ }} }}", "M.Use: 257 locals"),
    };

    /// <summary>What the firmware is made of: nothing of it may be reported.</summary>
    public const string Innocent = """
        using System;
        using System.Threading;

        internal sealed class Innocent
        {
            private static readonly ushort[] Table = [1, 2, 3, 4];
            private readonly object _lock = new();
            private readonly int[][] _rows = [[1], [2, 3]];
            private readonly AutoResetEvent _wake = new(false);
            private ThreadStart? _work;

            public enum Kind : byte { Pulse, Bus }

            public string Text(string name, int number, Kind kind)
            {
                lock (_lock)
                {
                    int sum = Table[number & 3] + (int)kind;
                    foreach (int[] row in _rows)
                        sum += row[0];
                    _work = () => Console.WriteLine(name + sum.ToString());
                    string label = kind switch { Kind.Pulse => "pulse", Kind.Bus => "bus", _ => throw new ArgumentException(name) };
                    return number > 0 ? $"{name} {sum} {label}" : name + "-" + sum.ToString();
                }
            }

            public bool Wait(int timeoutMs)
            {
                try
                {
                    _work?.Invoke();
                    return WaitHandle.WaitAny([_wake], timeoutMs, false) != WaitHandle.WaitTimeout;
                }
                catch (Exception fault) when (fault.Message.Length > 0)
                {
                    return false;
                }
                finally
                {
                    _wake.Reset();
                }
            }
        }
        """;
}
