using System.CommandLine;
using EdgeMeters.Metering.Update;

namespace EdgeMeters.HostNode.Update;

/// <summary>The commands of whoever issues updates: make an image for a node, make what the node checks it with.</summary>
internal static class UpdateCommands
{
    private const int KeyChars = 2 * UpdateIdentity.KeyBytes;

    private static readonly Option<string> Node = new("--node") { Description = "Name of the node, 1 to 40 characters.", Required = true };
    private static readonly Option<byte> Board = new("--board") { Description = "Number of the node's board, 1 to 255 (hardware/boards).", Required = true };
    private static readonly Option<FileInfo> Out = new("--out") { Description = "The file to write.", Required = true };

    private static readonly Option<FileInfo> KeyFile = new("--key-file")
    {
        Description = "The fleet's update key: 64 hexadecimal characters, \"openssl rand -hex 32\". Keep it off gateways and nodes.",
        Required = true,
    };

    public static Command MakeImage()
    {
        Argument<string[]> application = new("assemblies")
        {
            Description = $"The folder with {string.Join(" and ", ApplicationFiles.Names)} as nanoFramework builds them, or the .pe files in the order in which they are loaded.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<uint> version = new("--version") { Description = "Version of the application; a node takes only one above what it runs.", Required = true };
        Option<string> runtime = new("--runtime")
        {
            Description = "The libraries and interpreter it was built for.",
            DefaultValueFactory = _ => RuntimeLine.Name,
        };
        Command command = new("make-image", "Makes an authenticated application image for one node.")
        {
            application, version, Node, Board, runtime, KeyFile, Out,
        };
        command.SetAction(parsed => Run(() =>
        {
            uint number = parsed.GetRequiredValue(version);
            if (number == 0)
                throw new UsageException("Version 0 is no version: number from 1 on, always upwards.");
            byte[] body = ApplicationFiles.Join(ReadAssemblies(parsed.GetRequiredValue(application)), number);
            string node = parsed.GetRequiredValue(Node);
            byte[] image = new ImageMaker(ReadKey(parsed.GetRequiredValue(KeyFile)))
                .Make(body, node, parsed.GetRequiredValue(Board), number, parsed.GetRequiredValue(runtime));
            Write(parsed.GetRequiredValue(Out), image);
            Console.WriteLine($"{parsed.GetRequiredValue(Out)}: version {number} for node {node}, {image.Length} bytes");
        }));
        return command;
    }

    public static Command MakeIdentity()
    {
        Command command = new("make-update-identity", "Makes the file by which a node knows its images; it goes to the node by cable, as I:\\update.id.")
        {
            Node, Board, KeyFile, Out,
        };
        command.SetAction(parsed => Run(() =>
        {
            string node = parsed.GetRequiredValue(Node);
            byte[] identity = new ImageMaker(ReadKey(parsed.GetRequiredValue(KeyFile))).MakeIdentity(node, parsed.GetRequiredValue(Board));
            Write(parsed.GetRequiredValue(Out), identity);
            Console.WriteLine($"{parsed.GetRequiredValue(Out)}: update identity of node {node}; secret, for this node only");
        }));
        return command;
    }

    private static int Run(Action make)
    {
        try
        {
            make();
            return ExitCode.Stopped;
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine(e.Message);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{e.Message} Check the path, and who owns the folder.");
        }
        return ExitCode.Usage;
    }

    private static byte[] ReadKey(FileInfo file)
    {
        string text = System.Text.Encoding.ASCII.GetString(Read(file)).Trim();
        if (text.Length != KeyChars || !text.All(char.IsAsciiHexDigit))
            throw new UsageException($"{file} is not an update key: it must hold {KeyChars} hexadecimal characters; make one with \"openssl rand -hex 32\".");
        return Convert.FromHexString(text);
    }

    private static (string Name, byte[] Bytes)[] ReadAssemblies(string[] paths)
    {
        if (paths.Length == 1 && Directory.Exists(paths[0]))
            paths = [.. ApplicationFiles.Names.Select(name => Path.Combine(paths[0], name))];
        return [.. paths.Select(path => (path, Read(new FileInfo(path))))];
    }

    private static byte[] Read(FileInfo file)
    {
        if (!file.Exists)
            throw new UsageException($"There is no file {file}: correct the path.");
        return File.ReadAllBytes(file.FullName);
    }

    // Under another name until it is whole: nobody must send half an image because a disk was full.
    private static void Write(FileInfo file, byte[] bytes)
    {
        string making = file.FullName + ".making";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream stream = new(making, options))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        File.Move(making, file.FullName, overwrite: true);
    }

    private sealed class UsageException(string message) : Exception(message);
}
