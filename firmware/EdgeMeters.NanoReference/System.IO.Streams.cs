// System.IO.Streams, Version=1.1.96.0
// Package nanoFramework.System.IO.Streams 1.1.96. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/System.IO.Streams.

namespace System.IO;

public class MemoryStream : Stream
{
    public override extern bool CanRead { get; }
    public override extern bool CanSeek { get; }
    public override extern bool CanWrite { get; }
    public override extern long Length { get; }
    public override extern long Position { get; set; }
    public extern MemoryStream();
    public extern MemoryStream(byte[] buffer);
    public extern MemoryStream(byte[] buffer, bool isWritable);
    public override extern void Flush();
    public virtual extern byte[] GetBuffer();
    public override extern int Read(byte[] buffer, int offset, int count);
    public override extern int Read(SpanByte buffer);
    public override extern long Seek(long offset, SeekOrigin origin);
    public override extern void SetLength(long value);
    public virtual extern byte[] ToArray();
    public override extern void Write(byte[] buffer, int offset, int count);
    public virtual extern void WriteTo(Stream stream);
}

public enum SeekOrigin
{
    Begin = 0,
    Current = 1,
    End = 2,
}

public abstract class Stream : MarshalByRefObject, IDisposable
{
    public abstract bool CanRead { get; }
    public abstract bool CanSeek { get; }
    public virtual extern bool CanTimeout { get; }
    public abstract bool CanWrite { get; }
    public abstract long Length { get; }
    public abstract long Position { get; set; }
    public virtual extern int ReadTimeout { get; set; }
    public virtual extern int WriteTimeout { get; set; }
    protected extern Stream();
    public virtual extern void Close();
    public extern void CopyTo(Stream destination);
    public extern void Dispose();
    protected virtual extern void Dispose(bool disposing);
    public abstract void Flush();
    public abstract int Read(byte[] buffer, int offset, int count);
    public abstract int Read(SpanByte buffer);
    public virtual extern int ReadByte();
    public abstract long Seek(long offset, SeekOrigin origin);
    public abstract void SetLength(long value);
    public abstract void Write(byte[] buffer, int offset, int count);
    public virtual extern void WriteByte(byte value);
}
