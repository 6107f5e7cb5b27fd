namespace System;

/// <summary>nanoFramework's span of bytes.</summary>
public readonly ref struct SpanByte
{
    private readonly byte[]? _array;
    private readonly int _start;

    public SpanByte(byte[]? array)
        : this(array, 0, array == null ? 0 : array.Length)
    {
    }

    public SpanByte(byte[]? array, int start, int length)
    {
        if (array != null && (start < 0 || length < 0 || start > array.Length - length))
            throw new ArgumentOutOfRangeException(nameof(start));
        _array = array;
        _start = start;
        Length = array == null ? 0 : length;
    }

    public static SpanByte Empty => default;

    public int Length { get; }

    public bool IsEmpty => Length == 0;

    public byte this[int index]
    {
        get => Cell(index);
        set => Cell(index) = value;
    }

    public static implicit operator SpanByte(byte[] array) => new(array);

    public SpanByte Slice(int start) => new(_array, _start + start, Length - start);

    public SpanByte Slice(int start, int length) => new(_array, _start + start, length);

    private ref byte Cell(int index)
    {
        if (_array == null || index < 0 || index >= Length)
            throw new IndexOutOfRangeException();
        return ref _array[_start + index];
    }
}
