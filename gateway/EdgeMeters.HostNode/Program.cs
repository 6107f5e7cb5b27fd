using System.CommandLine;
using System.Runtime.InteropServices;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.HostNode.Update;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.HostNode;

internal static class Program
{
    private const int StatusSecondsMin = 1;
    private const int StatusSecondsMax = 60;

    private static int Main(string[] args)
    {
        Option<FileInfo> config = new("--config", "-c") { Description = "The node's configuration, JSON; node.sample.json is one." };
        Option<bool> check = new("--check") { Description = "Check the configuration, with all profiles and keys it names, and end." };
        Option<bool> selfTest = new("--self-test") { Description = "Run the node core over fixed vectors, print a line for each check, and end." };
        Option<bool> stopWithInput = new("--stop-with-input") { Description = "Stop when standard input ends: for a parent that may be killed." };
        RootCommand root = new("""
            Reads meters on serial lines and GPIO pins, keeps readings in a journal, brings them to the gateway.

            Exit codes: 0 stopped by a signal, or checked and right; 1 wrong usage; 2 wrong configuration;
            3 journal, GPIO chip or certificates cannot be used; 4 a fault in the program, or a self-test that failed.
            """)
        {
            config,
            check,
            selfTest,
            stopWithInput,
            NodeFilesCommand.Create(),
            UpdateCommands.MakeImage(),
            UpdateCommands.MakeIdentity(),
        };
        root.Validators.Add(result =>
        {
            if (result.GetResult(config) == null && !result.GetValue(selfTest))
                result.AddError("A configuration is needed: --config node.json, of which node.sample.json is an example.");
        });
        root.SetAction(parsed => parsed.GetValue(selfTest)
            ? RunSelfTest()
            : Run(parsed.GetValue(config)!.FullName, parsed.GetValue(check), parsed.GetValue(stopWithInput)));
        return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static int RunSelfTest()
    {
        HostSelfTest.Run(Console.Out, out int failed);
        return failed == 0 ? ExitCode.Stopped : ExitCode.Fault;
    }

    private static int Run(string file, bool isCheck, bool stopsWithInput)
    {
        try
        {
            NodeConfiguration configuration = NodeConfigurationLoader.Load(file, MeterProfileLoader.OwnDirectory);
            if (!isCheck && configuration.Board is { } board)
            {
                throw new ConfigurationException(file, [$"board: this is for an ESP32 board, {board.Name}, and this program is a Linux host: "
                    + "make the files for the board with make-node-files, or remove the board"]);
            }
            if (!isCheck)
                return Run(configuration, stopsWithInput);
            if (configuration.Gateway.Tls is { } tls)
                TlsCredentials.Load(tls).Dispose();
            foreach (MeterConfiguration meter in configuration.Meters.Where(m => !m.Profile.OfferedByDefault))
                Console.WriteLine($"meter {meter.Serial}: its profile {meter.Profile.Id} has a known weakness: {meter.Profile.Weakness}");
            Console.WriteLine($"{file}: node {configuration.Node}, {configuration.Layout().Length} registers, nothing wrong");
            return ExitCode.Stopped;
        }
        catch (ConfigurationException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Configuration;
        }
        catch (DeviceException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Device;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"a fault in the program, please report it: {e}");
            return ExitCode.Fault;
        }
    }

    private static int Run(NodeConfiguration configuration, bool stopsWithInput)
    {
        using ManualResetEventSlim stop = new();
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Set();
        }

        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        if (stopsWithInput)
            _ = Task.Factory.StartNew(() => AwaitEndOfInput(stop), TaskCreationOptions.LongRunning);
        Say($"node {configuration.Node}: every {configuration.IntervalSeconds} s to {configuration.Gateway.Host}:{configuration.Gateway.Port}");
        Task stopped = Task.Run(stop.Wait);
        while (RunOnce(configuration, stop, stopped))
        {
        }
        Say("stopped");
        return ExitCode.Stopped;
    }

    /// <returns>True when the node wants to start again.</returns>
    private static bool RunOnce(NodeConfiguration configuration, ManualResetEventSlim stop, Task stopped)
    {
        using NodeHost host = new(configuration, TimeProvider.System, Say);
        TimeSpan pause = TimeSpan.FromSeconds(Math.Clamp(configuration.IntervalSeconds, StatusSecondsMin, StatusSecondsMax));
        while (Task.WaitAny([stopped, host.Ended], pause) < 0)
            Say(host.Status.ToString());
        if (host.Ended.IsFaulted)
        {
            stop.Set();
            host.Ended.GetAwaiter().GetResult();
        }
        Say("stopping: " + host.Status);
        host.Dispose();
        return host.WantsRestart && !stopped.IsCompleted;
    }

    private static void AwaitEndOfInput(ManualResetEventSlim stop)
    {
        while (Console.In.Read() >= 0)
        {
        }
        stop.Set();
    }

    private static void Say(string line)
    {
        Console.WriteLine($"{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {line}");
    }
}
