using System.CommandLine;
using EdgeMeters.Metering.Bus;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Field.Line;

/// <summary>The options that say which line, and how it is spoken on.</summary>
internal sealed class LineOptions
{
    private const int TimeoutMsMin = 20;
    private const int TimeoutMsMax = 10_000;

    /// <summary>After a silence nobody is asked for so long: the slowest meters answer within it.</summary>
    private const int LateAnswerMsMax = 2000;

    private static readonly string[] Parities = ["none", "odd", "even"];

    private readonly Option<int?> _baud = new("--baud") { Description = "Bits per second, 300 to 115200; from the profile, or the protocol's usual rate." };
    private readonly Option<string?> _parity = new("--parity") { Description = "none, odd or even; from the profile, or as is usual for the protocol." };
    private readonly Option<int?> _stopBits = new("--stop-bits") { Description = "1 or 2." };

    private readonly Option<int> _timeoutMs = new("--timeout")
    {
        Description = "Milliseconds from a request to the begin of its answer.",
        DefaultValueFactory = _ => 500,
    };

    public LineOptions()
    {
        _parity.AcceptOnlyFromAmong(Parities);
        Check(_baud, 300, 115_200);
        Check(_stopBits, 1, 2);
        _timeoutMs.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int>() is < TimeoutMsMin or > TimeoutMsMax)
                result.AddError($"--timeout: a number from {TimeoutMsMin} to {TimeoutMsMax}");
        });
    }

    public Option<string> Port { get; } = new("--port", "-p")
    {
        Description = "The line: /dev/ttyUSB0, tcp://host:502 (Modbus TCP) or rtu+tcp://host:port.",
        Required = true,
    };

    public void AddTo(Command command)
    {
        command.Add(Port);
        command.Add(_baud);
        command.Add(_parity);
        command.Add(_stopBits);
        command.Add(_timeoutMs);
    }

    /// <param name="usual">What is in force where the command line says nothing.</param>
    public LineTable Table(ParseResult parsed, LineTable usual)
    {
        int timeoutMs = parsed.GetValue(_timeoutMs);
        return new LineTable
        {
            BaudRate = parsed.GetValue(_baud) ?? usual.BaudRate,
            Parity = parsed.GetValue(_parity) is { } parity ? ParityOf(parity) : usual.Parity,
            StopBits = (byte)(parsed.GetValue(_stopBits) ?? usual.StopBits),
            TimeoutMs = timeoutMs,
            LateAnswerMsMax = Math.Max(timeoutMs, LateAnswerMsMax),
        };
    }

    /// <summary>What meters of a protocol are set to as a rule: Modbus 9600 8N1; DL/T 645, CJ/T 188 and M-Bus 2400 8E1.</summary>
    public static LineTable Usual(BusProtocol protocol) => protocol == BusProtocol.Modbus
        ? new LineTable()
        : new LineTable { BaudRate = protocol == BusProtocol.Dlt645Of1997 ? 1200 : 2400, Parity = 2 };

    public static byte ParityOf(string parity) => (byte)Array.IndexOf(Parities, parity);

    public static SerialLineSettings Settings(string port, LineTable table) =>
        new(port, table.BaudRate, SerialLineSettings.FramingOf(table.Parity, table.StopBits));

    /// <summary>As 9600 8N1.</summary>
    public static string Written(LineTable table) => $"{table.BaudRate} {SerialLineSettings.FramingOf(table.Parity, table.StopBits)}";

    private static void Check(Option<int?> option, int min, int max)
    {
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int?>() is { } number && (number < min || number > max))
                result.AddError($"{option.Name}: a number from {min} to {max}");
        });
    }
}
