// System.IO.FileSystem, Version=1.1.93.0, NativeVersion=1.1.0.4
// Package nanoFramework.System.IO.FileSystem 1.1.93. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/System.IO.FileSystem.

namespace System.IO;

public static class Directory
{
    public static extern void Delete(string path);
    public static extern void Delete(string path, bool recursive);
    public static extern bool Exists(string path);
    public static extern string GetCurrentDirectory();
    public static extern string[] GetDirectories(string path);
    public static extern string[] GetFiles(string path);
    public static extern void Move(string sourceDirName, string destDirName);
    public static extern void SetCurrentDirectory(string path);
}

public sealed class DriveInfo
{
    public extern DriveType DriveType { get; set; }
    public extern string Name { get; set; }
    public extern long TotalSize { get; set; }
    public extern DriveInfo(string driveName);
    public extern void Format(string fileSystem, uint parameter);
    public static extern DriveInfo[] GetDrives();
    public static extern string[] GetFileSystems();
    public static extern void MountRemovableVolumes();
    public extern void Refresh();
}

public enum DriveType
{
    Unknown = 0,
    NoRootDirectory = 1,
    Removable = 2,
    Fixed = 3,
    Ram = 4,
}

public static class File
{
    public static extern void AppendAllText(string path, string contents);
    public static extern void Copy(string sourceFileName, string destFileName);
    public static extern void Copy(string sourceFileName, string destFileName, bool overwrite);
    public static extern FileStream Create(string path);
    public static extern FileStream Create(string path, int bufferSize);
    public static extern void Delete(string path);
    public static extern bool Exists(string path);
    public static extern FileAttributes GetAttributes(string path);
    public static extern void Move(string sourceFileName, string destFileName);
    public static extern FileStream Open(string path, FileMode mode);
    public static extern FileStream Open(string path, FileMode mode, FileAccess access);
    public static extern FileStream Open(string path, FileMode mode, FileAccess access, FileShare share);
    public static extern FileStream OpenRead(string path);
    public static extern FileStream OpenWrite(string path);
    public static extern byte[] ReadAllBytes(string path);
    public static extern string ReadAllText(string path);
    public static extern void SetAttributes(string path, FileAttributes fileAttributes);
    public static extern void WriteAllBytes(string path, byte[] bytes);
    public static extern void WriteAllText(string path, string contents);
}

public enum FileAccess
{
    Read = 1,
    Write = 2,
    ReadWrite = 3,
}

public enum FileAttributes
{
    ReadOnly = 1,
    Hidden = 2,
    System = 4,
    Directory = 16,
    Archive = 32,
    Normal = 128,
}

public enum FileMode
{
    CreateNew = 1,
    Create = 2,
    Open = 3,
    OpenOrCreate = 4,
    Truncate = 5,
    Append = 6,
}

public enum FileShare
{
    None = 0,
    Read = 1,
    Write = 2,
    ReadWrite = 3,
}

public class FileStream : Stream
{
    public override extern bool CanRead { get; }
    public override extern bool CanSeek { get; }
    public override extern bool CanWrite { get; }
    public override extern long Length { get; }
    public extern string Name { get; }
    public override extern long Position { get; set; }
    public extern FileStream(string path, FileMode mode);
    public extern FileStream(string path, FileMode mode, FileAccess access);
    public extern FileStream(string path, FileMode mode, FileAccess access, FileShare share);
    public extern FileStream(string path, FileMode mode, FileAccess access, FileShare share, int bufferSize);
    public override extern void Flush();
    public override extern int Read(byte[] buffer, int offset, int count);
    public override extern int Read(SpanByte buffer);
    public override extern long Seek(long offset, SeekOrigin origin);
    public override extern void SetLength(long value);
    public override extern void Write(byte[] buffer, int offset, int count);
}

public static class Path
{
    public static readonly char AltDirectorySeparatorChar;
    public static readonly char DirectorySeparatorChar;
    public static readonly char PathSeparator;
    public static readonly char VolumeSeparatorChar;
    public static extern string ChangeExtension(string path, string extension);
    public static extern string Combine(string path1, string path2);
    public static extern string GetDirectoryName(string path);
    public static extern string GetExtension(string path);
    public static extern string GetFileName(string path);
    public static extern string GetFileNameWithoutExtension(string path);
    public static extern string GetFullPath(string path);
    public static extern char[] GetInvalidFileNameChars();
    public static extern char[] GetInvalidPathChars();
    public static extern string GetPathRoot(string path);
    public static extern bool HasExtension(string path);
    public static extern bool IsPathRooted(string path);
}
