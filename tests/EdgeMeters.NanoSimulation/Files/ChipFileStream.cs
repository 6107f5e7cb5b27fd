using System;
using System.IO;

namespace EdgeMeters.NanoSimulation.Files;

/// <summary>nanoFramework's FileStream, over the chip's drive: durable when closed, not before.</summary>
public sealed class ChipFileStream : IDisposable
{
    private readonly LittleFs _files;
    private readonly string _path;
    private readonly bool _canWrite;
    private readonly int _oldBytes;
    private byte[] _content;
    private int _position;
    private bool _isWritten;
    private bool _isClosed;

    public ChipFileStream(string path, FileMode mode)
        : this(path, mode, FileAccess.ReadWrite)
    {
    }

    public ChipFileStream(string path, FileMode mode, FileAccess access)
    {
        _files = SimulatedChip.Current.Files;
        _path = path;
        _canWrite = (access & FileAccess.Write) != 0;
        _content = _files.Open(path, mode);
        _oldBytes = _content.Length;
    }

    public long Length => _content.Length;

    public long Position
    {
        get => _position;
        set => _position = (int)value;
    }

    public long Seek(long offset, SeekOrigin origin)
    {
        _position = (int)(origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => _content.Length + offset,
        });
        return _position;
    }

    public int Read(byte[] buffer, int offset, int count)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        _files.SpendReading();
        int read = Math.Max(0, Math.Min(count, _content.Length - _position));
        Array.Copy(_content, _position, buffer, offset, read);
        _position += read;
        return read;
    }

    public void Write(byte[] buffer, int offset, int count)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (!_canWrite)
            throw new NotSupportedException("opened for reading");
        int end = Math.Max(_content.Length, _position + count);
        _files.BeginWrite(_path, _oldBytes, _position, end);
        byte[] content = new byte[end];
        _content.CopyTo(content, 0);
        Array.Copy(buffer, offset, content, _position, count);
        _content = content;
        _position += count;
        _isWritten = true;
    }

    /// <summary>Not durable: it reaches the file system's cache and no further.</summary>
    public void Flush() => ObjectDisposedException.ThrowIf(_isClosed, this);

    public void Close() => Dispose();

    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _files.Close(_path, _isWritten ? _content : null);
    }
}
