using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeMeters.Simulation.Disk;

/// <summary>The calls by which SQLite reaches a <see cref="SimulatedDisk"/> (sqlite.org/c3ref/vfs.html, io_methods.html).</summary>
internal static unsafe partial class DiskCalls
{
    private const int Ok = 0;
    private const int Busy = 5;
    private const int IoError = 10;
    private const int NotFound = 12;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int ShortRead = IoError | (2 << 8);
    private const int DeleteNoEntry = IoError | (23 << 8);

    private const int OpenCreate = 0x4;
    private const int OpenDeleteOnClose = 0x8;

    private const int LockShared = 1;
    private const int LockReserved = 2;
    private const int LockPending = 3;
    private const int LockExclusive = 4;

    private const int ShmTake = 2;
    private const int ShmExclusive = 8;

    private const int SectorBytes = 4096;
    private const int PowersafeOverwrite = 0x1000;
    private const int PathBytesMax = 512;

    /// <summary>Noon of 1 January 2027, as SQLite counts days; nothing asks for it but functions of SQL that are not used.</summary>
    private const double JulianDay = 2461407.0;

    private static readonly IoMethods* Methods = MakeMethods();

    /// <returns>What <see cref="Unregister"/> takes.</returns>
    public static nint Register(string name, nint disk)
    {
        var vfs = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        vfs->Version = 1;
        vfs->FileBytes = sizeof(OpenFile);
        vfs->PathBytesMax = PathBytesMax;
        vfs->Name = Marshal.StringToCoTaskMemUTF8(name);
        vfs->AppData = disk;
        vfs->Open = &Open;
        vfs->Delete = &Delete;
        vfs->Access = &Access;
        vfs->FullPathname = &FullPathname;
        vfs->Randomness = &Randomness;
        vfs->Sleep = &Sleep;
        vfs->CurrentTime = &CurrentTime;
        vfs->GetLastError = &GetLastError;
        // The provider sets SQLite up before anything is registered with it.
        SQLitePCL.Batteries_V2.Init();
        int result = RegisterVfs(vfs, 0);
        return result == Ok ? (nint)vfs : throw new InvalidOperationException($"SQLite does not take the disk {name}: {result}");
    }

    /// <summary>No connection can be opened to it any more.</summary>
    public static void Unregister(nint registered) => UnregisterVfs((Vfs*)registered);

    /// <summary>No connection may be open to it any more.</summary>
    public static void Free(nint registered)
    {
        var vfs = (Vfs*)registered;
        Marshal.FreeCoTaskMem(vfs->Name);
        NativeMemory.Free(vfs);
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    private static partial int RegisterVfs(Vfs* vfs, int isDefault);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_unregister")]
    private static partial int UnregisterVfs(Vfs* vfs);

    private static SimulatedDisk DiskOf(Vfs* vfs) => (SimulatedDisk)GCHandle.FromIntPtr(vfs->AppData).Target!;

    private static FileHandle HandleOf(OpenFile* file) => Unsafe.As<FileHandle>(GCHandle.FromIntPtr(file->Handle).Target!);

    private static bool Fails(FileHandle handle) => handle.IsDead || handle.Disk.Fails();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OpenFile* file, int flags, int* outFlags)
    {
        file->Methods = null;
        var disk = DiskOf(vfs);
        if (disk.Fails())
            return IoError;
        var handle = disk.Open(Marshal.PtrToStringUTF8((nint)name), (flags & OpenCreate) != 0, (flags & OpenDeleteOnClose) != 0);
        if (handle == null)
            return CannotOpen;
        file->Methods = Methods;
        file->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(handle));
        if (outFlags != null)
            *outFlags = flags;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* name, int isDirectorySynced)
    {
        var disk = DiskOf(vfs);
        string path = Marshal.PtrToStringUTF8((nint)name)!;
        if (disk.Fails())
            return IoError;
        if (!disk.Exists(path))
            return DeleteNoEntry;
        disk.Delete(path);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Access(Vfs* vfs, byte* name, int flags, int* isThere)
    {
        *isThere = DiskOf(vfs).Exists(Marshal.PtrToStringUTF8((nint)name)!) ? 1 : 0;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FullPathname(Vfs* vfs, byte* name, int bytesMax, byte* full)
    {
        int i = 0;
        while (name[i] != 0 && i < bytesMax - 1)
        {
            full[i] = name[i];
            i++;
        }
        full[i] = 0;
        return name[i] == 0 ? Ok : CannotOpen;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Randomness(Vfs* vfs, int count, byte* into)
    {
        DiskOf(vfs).Random.NextBytes(new Span<byte>(into, count));
        return count;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(Vfs* vfs, int microseconds) => microseconds;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CurrentTime(Vfs* vfs, double* julianDay)
    {
        *julianDay = JulianDay;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetLastError(Vfs* vfs, int bytesMax, byte* text) => Ok;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OpenFile* file)
    {
        var handle = HandleOf(file);
        GCHandle.FromIntPtr(file->Handle).Free();
        handle.Disk.Close(handle);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OpenFile* file, byte* into, int count, long offset)
    {
        var handle = HandleOf(file);
        if (Fails(handle))
            return IoError;
        int read = handle.File.Read(offset, new Span<byte>(into, count));
        new Span<byte>(into + read, count - read).Clear();
        return read == count ? Ok : ShortRead;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OpenFile* file, byte* bytes, int count, long offset)
    {
        var handle = HandleOf(file);
        if (Fails(handle))
            return IoError;
        return handle.Disk.TryWrite(handle.File, offset, new ReadOnlySpan<byte>(bytes, count)) ? Ok : Full;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OpenFile* file, long length)
    {
        var handle = HandleOf(file);
        if (Fails(handle))
            return IoError;
        handle.File.Truncate(length);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OpenFile* file, int flags)
    {
        var handle = HandleOf(file);
        if (Fails(handle))
            return IoError;
        handle.Disk.Sync(handle.File);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(OpenFile* file, long* length)
    {
        var handle = HandleOf(file);
        if (handle.IsDead)
            return IoError;
        *length = handle.File.Length;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(OpenFile* file, int wanted)
    {
        var handle = HandleOf(file);
        if (handle.IsDead)
            return IoError;
        if (handle.Lock >= wanted)
            return Ok;
        int others = 0;
        foreach (var other in handle.File.Handles)
            others = other == handle ? others : Math.Max(others, other.Lock);
        bool isFree = wanted switch
        {
            LockShared => others < LockPending,
            LockReserved => others < LockReserved,
            _ => others == 0,
        };
        if (!isFree)
        {
            // Whoever wants all keeps others from coming meanwhile.
            if (wanted == LockExclusive && others < LockReserved)
                handle.Lock = LockPending;
            return Busy;
        }
        handle.Lock = wanted;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(OpenFile* file, int wanted)
    {
        HandleOf(file).Lock = wanted;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(OpenFile* file, int* isReserved)
    {
        *isReserved = 0;
        foreach (var handle in HandleOf(file).File.Handles)
            *isReserved |= handle.Lock >= LockReserved ? 1 : 0;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(OpenFile* file, int operation, void* argument) => NotFound;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(OpenFile* file) => SectorBytes;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DeviceCharacteristics(OpenFile* file) => PowersafeOverwrite;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmMap(OpenFile* file, int region, int bytes, int isMade, void** at)
    {
        var handle = HandleOf(file);
        *at = null;
        if (handle.IsDead)
            return IoError;
        *at = (void*)handle.Shared.Region(region, bytes, isMade != 0);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(OpenFile* file, int first, int count, int flags)
    {
        var handle = HandleOf(file);
        if (handle.IsDead)
            return IoError;
        int locks = ((1 << count) - 1) << first;
        bool isExclusive = (flags & ShmExclusive) != 0;
        if ((flags & ShmTake) != 0)
            return handle.Shared.TryLock(handle, locks, isExclusive) ? Ok : Busy;
        SharedMemory.Unlock(handle, locks, isExclusive);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ShmBarrier(OpenFile* file)
    {
        // One thread.
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmUnmap(OpenFile* file, int isDeleted)
    {
        HandleOf(file).LeaveShared();
        return Ok;
    }
}
