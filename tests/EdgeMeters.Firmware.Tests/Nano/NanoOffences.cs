using System.Diagnostics;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>One type for each thing that the node core must not contain, so that the gate itself is tested; the last is innocent.</summary>
internal static class NanoOffences
{
    public sealed class GenericType<T>
    {
        public T? Held { get; set; }
    }

    public sealed class GenericMethod
    {
        public object? Echo<T>(T held) => held;
    }

    public sealed class GenericInstance
    {
        public int Count() => new List<int>().Count;
    }

    public sealed class GenericCall
    {
        public int[] Empty() => Array.Empty<int>();
    }

    public sealed class NullableStruct
    {
        public long? Register { get; set; }
    }

    public sealed class ValueTuple
    {
        public (int Row, int Channel) Place() => (1, 2);
    }

    public sealed class MultiDimensionalArray
    {
        public int[,] Matrix = new int[2, 3];
    }

    public interface IDefaultInterfaceMethod
    {
        int Answer() => 42;
    }

    public sealed class AsyncMethod
    {
        public async Task Wait() => await Task.Yield();
    }

    public sealed class IteratorMethod
    {
        public System.Collections.IEnumerable Count()
        {
            yield return 1;
        }
    }

    public sealed unsafe class Pointer
    {
        public int Follow(int* at) => *at;
    }

    public sealed class StackAllocation
    {
        public byte First()
        {
            Span<byte> bytes = stackalloc byte[4];
            return bytes[0];
        }
    }

    public sealed class CheckedArithmetic
    {
        public int Add(int a, int b) => checked(a + b);
    }

    public sealed class EnumName
    {
        public string Of(DayOfWeekUtc day) => day.ToString();
    }

    public enum DayOfWeekUtc
    {
        Monday,
    }

    public sealed class AbsentMember
    {
        public string Replaced(string text) => text.Replace("a", "b");
    }

    public sealed class AbsentType
    {
        public long Ticks() => Stopwatch.GetTimestamp();
    }

    public sealed class AbsentException
    {
        public bool Try(Action action)
        {
            try
            {
                action();
                return true;
            }
            catch (OverflowException)
            {
                return false;
            }
        }
    }

    public sealed class AbsentAttribute
    {
        [StackTraceHidden]
        public void Hidden()
        {
        }
    }

    /// <summary>What the node core is made of: nothing of it may be reported.</summary>
    public sealed class Innocent
    {
        private readonly object _lock = new();
        private readonly int[][] _rows = [[1], [2, 3]];
        private static readonly ushort[] Table = [1, 2, 3, 4];

        public string Text(string name, int number)
        {
            lock (_lock)
            {
                int sum = Table[number & 3];
                foreach (int[] row in _rows)
                    sum += row[0];
                return number > 0 ? $"{name} {sum}" : name + "-" + sum.ToString();
            }
        }
    }
}
