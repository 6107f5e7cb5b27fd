using System.CommandLine;
using System.Text.Json;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;
using Command = System.CommandLine.Command;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>"make-node-files": what a technician puts on an ESP32: its signed table and its identity, and the list by which nanoff copies them.</summary>
internal static class NodeFilesCommand
{
    private const string TableFile = "node.table";
    private const string IdentityFile = "node.key";
    private const string DeploymentFile = "files.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        Argument<FileInfo> config = new("node.json") { Description = "The node's configuration, with a board." };
        Option<DirectoryInfo> outOption = new("--out") { Description = "Folder for the files; made if it is not there.", Required = true };
        Option<string> port = new("--serial-port") { Description = "Port that the board is on, for the list of files.", DefaultValueFactory = _ => "/dev/ttyUSB0" };
        Command command = new("make-node-files", "Makes the files that commission an ESP32: table, identity, and nanoff's list of them.")
        {
            config, outOption, port,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(config).FullName, parsed.GetRequiredValue(outOption).FullName, parsed.GetValue(port)!));
        return command;
    }

    private static int Run(string file, string folder, string port)
    {
        try
        {
            NodeConfiguration configuration = NodeConfigurationLoader.Load(file, MeterProfileLoader.OwnDirectory);
            if (configuration.Board == null)
                throw new ConfigurationException(file, ["board: is missing: name the ESP32 board that the files are for"]);
            byte[] table = Sign(configuration);
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, TableFile), table);
            WriteIdentity(Path.Combine(folder, IdentityFile), configuration);
            File.WriteAllText(Path.Combine(folder, DeploymentFile), Deployment(folder, port) + "\n");
            Console.WriteLine($"{folder}: {TableFile} ({table.Length} bytes, version {configuration.Version}), {IdentityFile}, {DeploymentFile} "
                + $"for node {configuration.Node} on {configuration.Board.Name}");
            return ExitCode.Stopped;
        }
        catch (ConfigurationException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Configuration;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{folder} cannot be written: {e.Message} Choose another folder with --out.");
            return ExitCode.Device;
        }
    }

    private static byte[] Sign(NodeConfiguration configuration)
    {
        HmacBlockMac mac = new(configuration.Node, configuration.MacKey);
        byte[] block = new byte[NodeTable.BytesMax];
        int count = NodeTableCodec.Write(new BlockEnvelope(mac), NodeTableCompiler.Compile(configuration), block);
        return block[..count];
    }

    // The key is for its owner's eyes: whoever has it speaks for the node.
    private static void WriteIdentity(string path, NodeConfiguration configuration)
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using StreamWriter writer = new(path, options);
        writer.Write($"{configuration.Node} {Convert.ToHexStringLower(configuration.MacKey)}\n");
    }

    private static string Deployment(string folder, string port) => JsonSerializer.Serialize(
        new
        {
            serialport = port,
            files = new[] { TableFile, IdentityFile }.Select(name => new
            {
                DestinationFilePath = "I:\\" + name,
                SourceFilePath = Path.Combine(folder, name),
            }),
        },
        Indented);
}
