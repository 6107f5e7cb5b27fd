using System.Diagnostics;
using EdgeMeters.Firmware.Tests.HostNode;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode.Update;
using EdgeMeters.Metering.Update;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Update;

public sealed class ImageMakerTests
{
    private const string Node = "node-0001";

    /// <summary>The same format from FORMAT.md alone, in another language.</summary>
    private const string CrossCheck = """
        import hmac, sys
        for name in sys.argv[2:]:
            fleet, image = bytes.fromhex(sys.argv[1]), open(name, "rb").read()
            head, body, code = image[:80], image[80:-32], image[-32:]
            assert head[:4] == b"EMI1" and int.from_bytes(head[8:12], "little") == len(body) and head[13] == 1
            node = head[40:80].rstrip(b"\0")
            key = hmac.digest(fleet, b"EdgeMeters update key\0" + node, "sha256")
            state = bytes(32)
            for piece in [head] + [body[at:at + 4096] for at in range(0, len(body), 4096)]:
                state = hmac.digest(key, state + piece.ljust(4096, b"\0"), "sha256")
            assert state == code, (name, state.hex(), code.hex())
            print(node.decode(), int.from_bytes(head[4:8], "little"), head[12], head[14:40].rstrip(b"\0").decode())
        """;

    [Fact]
    public void An_image_is_what_another_language_makes_of_the_format()
    {
        using TemporaryFolder folder = new();
        List<string> files = [];
        foreach (int bodyBytes in new[] { 1, 4096, 10_000 })
        {
            byte[] body = new byte[bodyBytes];
            new Random(bodyBytes).NextBytes(body);
            files.Add(folder.Of($"image-{bodyBytes}"));
            File.WriteAllBytes(files[^1], UpdateBench.Maker.Make(body, Node, 3, 70_000, RuntimeLine.Name));
        }
        (int Exit, string Said) python;
        try
        {
            python = Run("python3", ["-c", CrossCheck, Convert.ToHexString(UpdateBench.FleetKey), .. files]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not on this machine: the golden image alone stands for the format");
            return;
        }
        string each = $"{Node} 70000 3 {RuntimeLine.Name}";
        Assert.Equal((0, string.Join('\n', each, each, each)), (python.Exit, python.Said.Trim().ReplaceLineEndings("\n")));
    }

    [Fact]
    public void The_golden_image_is_made_again_byte_for_byte()
    {
        byte[] image = UpdateBench.Maker.Make("NFMRK1 golden"u8.ToArray(), Node, 3, 258, "nf1-golden");
        Assert.Equal(
            "454D4931020100000D00000003016E66312D676F6C64656E000000000000000000000000000000006E6F64652D30303031" + new string('0', 2 * 31)
            + "4E464D524B3120676F6C64656E" + "6390F4EB7A362187D932D55CCF4C0F694DCDEF873F777BC5AADDC2E6AFA9E9B3",
            Convert.ToHexString(image));
    }

    [Fact]
    public void The_runtime_line_is_the_one_that_nf_config_pins()
    {
        Dictionary<string, Dictionary<string, string>> pins = IniFile.Read(Repository.PathOf("nf.config"));
        IEnumerable<string> lines = pins["clr"].Concat(pins["packages"]).Select(pin => $"{pin.Key}={pin.Value}\n").Order(StringComparer.Ordinal);
        byte[] text = System.Text.Encoding.ASCII.GetBytes(string.Concat(lines));
        string name = $"nf1-{Crc32C.Compute(text, 0, text.Length):X8}";
        Assert.True(name == RuntimeLine.Name, $"nf.config has changed: nodes need a cable for that. RuntimeLine.Name is now {name}");
    }

    [Fact]
    public void A_node_knows_itself_by_the_identity_that_was_made_for_it()
    {
        byte[] bytes = UpdateBench.Maker.MakeIdentity(Node, 3);
        UpdateIdentity identity = new();
        Assert.True(identity.TryRead(bytes, bytes.Length));
        Assert.Equal((Node, (byte)3), (identity.Node, identity.Board));
        Assert.Equal(UpdateBench.Maker.NodeKey(Node), identity.Key);
        Assert.NotEqual(UpdateBench.Maker.NodeKey("node-0002"), identity.Key);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(new UpdateIdentity().TryRead(flipped, flipped.Length), $"bit {bit}");
        }
        Assert.False(identity.TryRead(bytes, bytes.Length - 1));
        Assert.Throws<ArgumentException>(() => UpdateBench.Maker.MakeIdentity(Node, 0));
        Assert.Throws<ArgumentException>(() => UpdateBench.Maker.MakeIdentity("with space", 1));
    }

    [Fact]
    public void The_tool_makes_an_image_that_the_node_takes_and_starts()
    {
        using TemporaryFolder folder = new();
        UpdateBench bench = new("Nor", bodyBytes: 600);
        byte[] program = bench.Program(6);
        string key = folder.Of("key"), image = folder.Of("image");
        string[] files = [.. ApplicationFiles.Names.Select(folder.Of)];
        foreach ((string file, byte[] assembly) in files.Zip(AssemblyMaker.Application(6, 600)))
            File.WriteAllBytes(file, assembly);
        File.WriteAllText(key, Convert.ToHexString(UpdateBench.FleetKey) + "\n");
        string[][] waysToSayIt = [[folder.Path], files];
        foreach (string[] assemblies in waysToSayIt)
        {
            (int exit, string said) = Tool(["make-image", .. assemblies, "--version", "6", "--node", Node, "--board", "3", "--key-file", key, "--out", image]);
            Assert.True(exit == 0, said);
            Assert.Equal(UpdateBench.Maker.Make(program, Node, 3, 6, RuntimeLine.Name), File.ReadAllBytes(image));
        }
        Assert.Equal(UpdateError.None, UpdateBench.Send(bench.Receiver(bench.Flash, 1, -1), File.ReadAllBytes(image)));
        Assert.Equal(program, UpdateBench.Boot(bench.Flash).Body);

        string identity = folder.Of("update.id");
        Assert.Equal(0, Tool("make-update-identity", "--node", Node, "--board", "3", "--key-file", key, "--out", identity).Exit);
        Assert.Equal(UpdateBench.Maker.MakeIdentity(Node, 3), File.ReadAllBytes(identity));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(identity));
    }

    [Fact]
    public void The_tool_says_what_is_wrong_and_what_to_do()
    {
        using TemporaryFolder folder = new();
        string pe = folder.Of("app.pe"), dll = folder.Of("app.dll");
        string key = folder.Of("key"), image = folder.Of("image");
        File.WriteAllBytes(pe, AssemblyMaker.Make(LaunchContract.Assembly, 6, 600));
        File.WriteAllText(dll, "MZ");
        File.WriteAllText(key, Convert.ToHexString(UpdateBench.FleetKey));
        void Refused(string sentence, string file, string version, string node, string keyFile)
        {
            (int exit, string said) = Tool("make-image", file, "--version", version, "--node", node, "--board", "3", "--key-file", keyFile, "--out", image);
            Assert.Equal(1, exit);
            Assert.Contains(sentence, said);
            Assert.False(File.Exists(image));
        }

        Refused("not a whole assembly for nanoFramework", dll, "6", Node, key);
        Refused("EdgeMeters.Core.pe", folder.Path, "6", Node, key);
        Refused("Version 0", pe, "0", Node, key);
        Refused("openssl rand -hex 32", pe, "6", Node, pe);
    }

    [Fact]
    public void What_no_loader_would_start_is_not_joined_and_the_file_is_named()
    {
        byte[] core = AssemblyMaker.Make("EdgeMeters.Core", 6, 400), node = AssemblyMaker.Make(LaunchContract.Assembly, 6, 600, ("EdgeMeters.Core", 6), ("mscorlib", 1));
        Assert.Equal([.. core, .. node], Join(core, node));
        byte[] alone = AssemblyMaker.Make(LaunchContract.Assembly, 0, 600, ("mscorlib", 1));
        Assert.Equal(alone, Join(alone));

        Refused("1 to 4 assemblies, not 0");
        Refused("1 to 4 assemblies, not 5", core, core, core, core, core);
        Refused("1.pe is EdgeMeters.Core, as one before it", core, core, node);
        Refused("0.pe needs EdgeMeters.Core 0.6.0.0, which is not before it", node, core);
        Refused("0.pe needs EdgeMeters.Core 0.6.0.0, which is not before it", node);
        Refused("0.pe is EdgeMeters.Core; the last must be EdgeMeters.Node", core);
        Refused("0.pe was built as version 5 and the image is to be version 6", AssemblyMaker.Make("EdgeMeters.Core", 5, 400), node);
        Refused("1.pe needs EdgeMeters.Core 0.5.0.0", core, AssemblyMaker.Make(LaunchContract.Assembly, 6, 600, ("EdgeMeters.Core", 5)));
        Refused("more than 524288", core, AssemblyMaker.Make("A", 6, AssemblyHead.AssemblyBytesMax), AssemblyMaker.Make(LaunchContract.Assembly, 6, AssemblyHead.AssemblyBytesMax));
        for (int at = 0; at < node.Length; at += 7)
        {
            byte[] damaged = [.. node];
            damaged[at] ^= 0x10;
            Refused("1.pe is not a whole assembly", core, damaged);
        }
        Refused("1.pe is not a whole assembly", core, node[..^4]);
        Refused("1.pe is not a whole assembly", core, [.. node, 0, 0, 0, 0]);
        byte[] wild = [.. node];
        BitConverter.TryWriteBytes(wild.AsSpan(40 + 4 * 11), int.MaxValue);
        Refused("1.pe is not a whole assembly", core, AssemblyMaker.Sealed(wild));

        static byte[] Join(params byte[][] files) => ApplicationFiles.Join([.. files.Select((file, i) => ($"{i}.pe", file))], 6);
        static void Refused(string sentence, params byte[][] files) => Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => Join(files)).Message);
    }

    private static (int Exit, string Said) Tool(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "EdgeMeters.HostNode.dll");
        return Run("dotnet", [program, .. arguments]);
    }

    private static (int Exit, string Said) Run(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
