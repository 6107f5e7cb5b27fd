using System.CommandLine;
using EdgeMeters.Field.FaceCheck;
using EdgeMeters.Field.Profiles;
using EdgeMeters.Field.Read;
using EdgeMeters.Field.Scan;
using EdgeMeters.Field.Write;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Field;

internal static class Program
{
    /// <summary>Longer than one exchange with a slow meter: after Ctrl-C the line is left in order and what was found is printed.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(15);

    private static async Task<int> Main(string[] args)
    {
        RootCommand root = new("""
            The technician's tool: finds meters on a line, reads them, and compares them with their displays. It needs no network and no node,
            and reads with the code that the node reads with.

            A port is a device (/dev/ttyUSB0, better a name below /dev/serial/by-id), tcp://host:502 for Modbus TCP, or rtu+tcp://host:port for a
            converter that passes serial bytes on.

            Examples:
              EdgeMeters.Field scan --port /dev/ttyUSB0
              EdgeMeters.Field read --port /dev/ttyUSB0 --unit 1 --profile eastron-sdm630
              EdgeMeters.Field face-check --port /dev/ttyUSB0 --unit 1 --profile eastron-sdm630
              EdgeMeters.Field profiles list --carrier water

            Exit codes: 0 good; 1 wrong usage; 2 a profile is wrong; 3 the port cannot be used; 4 a fault in the program; 5 a reading is missing or
            doubtful, nothing was found, a write was not done; 6 display and register differ and it is known why; 7 they differ and it is not.
            """)
        {
            ReadCommand.Create(),
            ScanCommand.Create(),
            ProfilesCommand.Create(),
            FaceCheckCommand.Create(),
            WriteCommand.Create(),
        };
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = EndTimeout,
        });
    }

    /// <summary>Runs a command off the calling thread and says what ended it, if something did.</summary>
    internal static Task<int> Guard(Func<int> run) => Task.Run(() =>
    {
        try
        {
            return run();
        }
        catch (UsageException e)
        {
            return End(e.Message, ExitCode.Usage);
        }
        catch (FormatException e)
        {
            return End(e.Message, ExitCode.Usage);
        }
        catch (ConfigurationException e)
        {
            return End(e.Message, ExitCode.Profile);
        }
        catch (DeviceException e)
        {
            return End(e.Message, ExitCode.Port);
        }
        catch (OperationCanceledException)
        {
            return End("stopped", ExitCode.NotGood);
        }
        catch (Exception e)
        {
            return End($"a fault in the program, please report it: {e}", ExitCode.Fault);
        }
    });

    private static int End(string message, int exitCode)
    {
        Console.Error.WriteLine(message);
        return exitCode;
    }
}
