using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace EdgeMeters.Bench;

/// <summary>A pair of connected terminals: programs open <see cref="Path"/> as their serial port, the bench holds the other end.</summary>
/// <remarks>
/// The bench keeps the programs' end open too: so nothing echoes before the first program has set it raw, and a program that leaves does not
/// hang up the line. Any baud rate and parity can be set and none has an effect. One reader and one writer at a time.
/// </remarks>
public sealed unsafe partial class PseudoTerminal : IDisposable
{
    private readonly int _master;
    private readonly int _client;
    private string? _link;
    private bool _isClosed;

    public PseudoTerminal()
    {
        _master = OpenMaster();
        try
        {
            Path = ClientPath(_master);
            _client = OpenRaw(Path);
            int flags = fcntl(_master, F_GETFL);
            if (flags < 0 || fcntl(_master, F_SETFL, flags | O_NONBLOCK) < 0)
                throw Failed("set the master of a pseudo-terminal not to block");
        }
        catch
        {
            close(_master);
            throw;
        }
    }

    /// <summary>The device that a program opens, as /dev/pts/3.</summary>
    public string Path { get; }

    /// <summary>Makes a symbolic link to <see cref="Path"/>, so that a configuration can name the port; it goes with the terminal.</summary>
    /// <exception cref="IOException">The place is taken by something that is no symbolic link, or cannot be written.</exception>
    public void Link(string path)
    {
        FileInfo place = new(path);
        if (place.LinkTarget != null)
            place.Delete();
        else if (place.Exists || Directory.Exists(path))
            throw new IOException($"'{path}' is taken by a file that is no link: remove it or name another place");
        File.CreateSymbolicLink(path, Path);
        _link = path;
    }

    /// <returns>Bytes that a program wrote, as soon as there is one; 0 when none came within <paramref name="timeoutMs"/>.</returns>
    public int Read(Span<byte> buffer, int timeoutMs)
    {
        pollfd wait = new() { fd = _master, events = POLLIN };
        int ready = poll(&wait, 1, timeoutMs);
        if (ready < 0 && errno != EINTR)
            throw Failed("wait at a pseudo-terminal");
        if (ready <= 0)
            return 0;
        fixed (byte* bytes = buffer)
        {
            long count = (long)read(_master, bytes, buffer.Length);
            if (count < 0 && errno != EAGAIN && errno != EINTR)
                throw Failed("read from a pseudo-terminal");
            return (int)Math.Max(count, 0);
        }
    }

    /// <summary>Sends to whatever program has the port open. What finds no room, because nobody reads, is lost, as on a line without listeners.</summary>
    public void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            int sent = 0;
            while (sent < buffer.Length)
            {
                long count = (long)write(_master, bytes + sent, buffer.Length - sent);
                if (count > 0)
                    sent += (int)count;
                else if (errno == EAGAIN)
                    return;
                else if (errno != EINTR)
                    throw Failed("write to a pseudo-terminal");
            }
        }
    }

    /// <summary>
    /// Takes back a program's claim to be the only one (TIOCEXCL). A real port drops it when the program ends; here the bench keeps the port open,
    /// so a program that was killed would lock it for every user but root.
    /// </summary>
    public void ReleaseClaim()
    {
        ioctl(_client, TIOCNXCL);
    }

    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        if (_link != null && new FileInfo(_link).LinkTarget == Path)
            File.Delete(_link);
        close(_client);
        close(_master);
    }

    private static int OpenMaster()
    {
        int master = PosixOpenPt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (master < 0)
            throw Failed("open a pseudo-terminal (is /dev/pts mounted?)");
        if (GrantPt(master) != 0 || UnlockPt(master) != 0)
        {
            IOException failure = Failed("unlock a pseudo-terminal");
            close(master);
            throw failure;
        }
        return master;
    }

    private static string ClientPath(int master)
    {
        byte* name = stackalloc byte[128];
        if (PtsName(master, name, 128) != 0)
            throw Failed("name a pseudo-terminal");
        return Marshal.PtrToStringUTF8((nint)name)!;
    }

    private static int OpenRaw(string path)
    {
        int client;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            client = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC, 0);
        if (client < 0)
            throw Failed($"open '{path}'");
        termios settings;
        if (tcgetattr(client, &settings) == 0)
        {
            MakeRaw(&settings);
            if (tcsetattr(client, (int)TCSANOW, &settings) == 0)
                return client;
        }
        IOException failure = Failed($"set '{path}' raw");
        close(client);
        throw failure;
    }

    private static IOException Failed(string what) => new($"cannot {what}: error {errno} of the operating system");

    // The functions of libc that Tmds.LibC leaves out. They report through errno, which it reads.
    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int PosixOpenPt(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int GrantPt(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int UnlockPt(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int PtsName(int master, byte* name, nuint bytesMax);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(termios* settings);
}
