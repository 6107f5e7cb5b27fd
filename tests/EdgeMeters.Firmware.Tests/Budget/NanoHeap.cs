using System.Reflection;
using System.Text;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>Walks what a root keeps alive and says what it takes: arrays by their bytes, and everything by nanoFramework's heap blocks.</summary>
/// <remarks>
/// A heap block is 12 bytes on a 32-bit chip (nf-interpreter 1.17, nanoCLR_Runtime__HeapBlock.h). An object is one block and one for each of its
/// fields, whatever their type; an array is one block and its elements, of their own size if they are numbers and of a block each if they are
/// references (Execution.cpp, ExtractHeapBlocksForArray); a string is one block, its characters and a zero. Everything is rounded up to blocks.
/// Objects of other assemblies than the core's are the host's: they are left out, and so is what only they keep alive.
/// </remarks>
internal sealed class NanoHeap
{
    private const int BlockBytes = 12;

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Assembly> _core;
    private readonly Dictionary<string, Line> _lines = [];

    public NanoHeap(params Assembly[] core)
    {
        _core = [.. core];
    }

    /// <summary>Bytes of all arrays of numbers: the buffers, the same on every runtime.</summary>
    public int BufferBytes => _lines.Values.Sum(line => line.BufferBytes);

    /// <summary>Bytes of everything on nanoFramework's heap.</summary>
    public int NanoBytes => _lines.Values.Sum(line => line.NanoBytes);

    /// <summary>Adds what a root keeps alive and was not counted before.</summary>
    public void Add(object root)
    {
        Stack<(object Thing, string Place)> open = new();
        open.Push((root, root.GetType().Name));
        while (open.TryPop(out (object Thing, string Place) next))
        {
            if (!_seen.Add(next.Thing))
                continue;
            Type type = next.Thing.GetType();
            if (next.Thing is string text)
                Count(next.Place, 0, BlockBytes + Encoding.UTF8.GetByteCount(text) + 1);
            else if (next.Thing is Array array)
                AddArray(array, next.Place, open);
            else if (_core.Contains(type.Assembly) || type == typeof(object))
                AddObject(next.Thing, type, next.Place, open);
        }
    }

    /// <summary>Adds what the static fields of the core's types keep alive.</summary>
    public void AddStatics()
    {
        foreach (FieldInfo field in _core.SelectMany(assembly => assembly.GetTypes()).Where(type => type.FullName?.Contains("SelfTest") == false)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)).Where(field => !field.IsLiteral))
        {
            if (field.GetValue(null) is { } thing && thing is Array)
                Add(thing, field);
        }
    }

    /// <summary>The larger places first, and what is left in one line.</summary>
    public IEnumerable<string> Table(int linesMax)
    {
        yield return "| place | count | buffers, bytes | nanoFramework's heap, bytes |";
        yield return "|---|---|---|---|";
        Line[] sorted = [.. _lines.Values.OrderByDescending(line => line.NanoBytes)];
        foreach (Line line in sorted.Take(linesMax))
            yield return $"| {line.Place} | {line.Count} | {line.BufferBytes} | {line.NanoBytes} |";
        Line[] rest = sorted[Math.Min(linesMax, sorted.Length)..];
        yield return $"| the rest | {rest.Sum(line => line.Count)} | {rest.Sum(line => line.BufferBytes)} | {rest.Sum(line => line.NanoBytes)} |";
        yield return $"| all | {sorted.Sum(line => line.Count)} | {BufferBytes} | {NanoBytes} |";
    }

    private void Add(object thing, FieldInfo field)
    {
        if (_seen.Add(thing))
            AddArray((Array)thing, $"{field.DeclaringType!.Name}.{field.Name}, static", new Stack<(object, string)>());
    }

    private void AddArray(Array array, string place, Stack<(object Thing, string Place)> open)
    {
        Type element = array.GetType().GetElementType()!;
        int size = SizeOf(element);
        int bytes = array.Length * size;
        Count(place, element.IsValueType ? bytes : 0, BlockBytes + bytes);
        if (element.IsValueType)
            return;
        foreach (object? child in array)
        {
            if (child != null)
                open.Push((child, child is string ? place + "'s strings" : child.GetType().Name));
        }
    }

    private void AddObject(object thing, Type type, string place, Stack<(object Thing, string Place)> open)
    {
        int fields = 0;
        for (Type? level = type; level != null && level != typeof(object); level = level.BaseType)
        {
            foreach (FieldInfo field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                fields++;
                if (!field.FieldType.IsValueType && field.GetValue(thing) is { } child)
                    open.Push((child, child is Array ? $"{type.Name}.{NameOf(field)}" : child is string ? type.Name + "'s strings" : child.GetType().Name));
            }
        }
        Count(place, 0, BlockBytes * (1 + fields));
    }

    private void Count(string place, int bufferBytes, int nanoBytes)
    {
        if (!_lines.TryGetValue(place, out Line? line))
            _lines[place] = line = new Line(place);
        line.Count++;
        line.BufferBytes += bufferBytes;
        line.NanoBytes += (nanoBytes + BlockBytes - 1) / BlockBytes * BlockBytes;
    }

    // A property's field has the property's name between angle brackets.
    private static string NameOf(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>')] : field.Name;

    private static int SizeOf(Type element) => Type.GetTypeCode(element) switch
    {
        _ when !element.IsValueType => BlockBytes,
        TypeCode.Boolean or TypeCode.Byte or TypeCode.SByte => 1,
        TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Char => 2,
        TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Single => 4,
        TypeCode.Int64 or TypeCode.UInt64 or TypeCode.Double => 8,
        _ => throw new InvalidOperationException($"an array of {element} is not expected in the core"),
    };

    private sealed class Line(string place)
    {
        public string Place { get; } = place;

        public int Count { get; set; }

        public int BufferBytes { get; set; }

        public int NanoBytes { get; set; }
    }
}
