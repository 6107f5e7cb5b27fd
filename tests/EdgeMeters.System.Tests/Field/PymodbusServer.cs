using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EdgeMeters.SystemTests.Field;

/// <summary>Debian's pymodbus as a meter, on a pseudo-terminal, over Modbus TCP, or with RTU frames over TCP.</summary>
/// <remarks>
/// Units 1 and 17. Registers, holding and input alike: 124 holds 141 and 142 (as in pymodbus' own test_framer.py), 72 the float32 12345.678,
/// 80 a NaN, 90 the text "SN-4711". Coils 0 to 2 are 1, 1, 0; discrete inputs 1, 0, 1.
/// </remarks>
internal sealed class PymodbusServer : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private const string Script =
        """
        import asyncio, logging, struct, sys
        from pymodbus.datastore import ModbusSequentialDataBlock as Block, ModbusServerContext, ModbusSlaveContext
        from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
        from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer
        logging.disable(logging.CRITICAL)
        registers = [0] * 300
        registers[124:126] = [141, 142]
        registers[72:74] = struct.unpack(">HH", struct.pack(">f", 12345.678))
        registers[80:82] = [0x7FC0, 0]
        registers[90:94] = struct.unpack(">HHHH", b"SN-4711\0")
        store = ModbusSlaveContext(
            di=Block(0, [1, 0, 1] + [0] * 20), co=Block(0, [1, 1, 0] + [0] * 20),
            hr=Block(0, registers), ir=Block(0, list(registers)), zero_mode=True)
        context = ModbusServerContext(slaves={1: store, 17: store}, single=False)
        async def serve(kind, place):
            if kind == "serial":
                server = await StartAsyncSerialServer(
                    context=context, framer=ModbusRtuFramer, port=place, baudrate=9600, defer_start=True)
                await server.start()
            else:
                server = await StartAsyncTcpServer(
                    context=context, framer=ModbusSocketFramer if kind == "tcp" else ModbusRtuFramer,
                    address=("127.0.0.1", int(place)), defer_start=True)
            print("ready", flush=True)
            await server.serve_forever()
        asyncio.run(serve(*sys.argv[1:3]))
        """;

    private readonly Process _process;
    private readonly PtyBridge? _bridge;

    private PymodbusServer(string kind, string place, string port, PtyBridge? bridge)
    {
        DebianProgram.RequireInstalled("/usr/lib/python3/dist-packages/pymodbus/__init__.py", "python3-pymodbus");
        _bridge = bridge;
        Port = port;
        _process = Process.Start(new ProcessStartInfo(Python, ["-W", "ignore", "-c", Script, kind, place]) { RedirectStandardOutput = true })!;
        Assert.Equal("ready", _process.StandardOutput.ReadLine());
    }

    /// <summary>What "--port" takes.</summary>
    public string Port { get; }

    public static PymodbusServer OnSerial()
    {
        PtyBridge bridge = new();
        return new PymodbusServer("serial", bridge.Right, bridge.Left, bridge);
    }

    public static PymodbusServer OnModbusTcp()
    {
        int port = FreePort();
        return Listening(new PymodbusServer("tcp", $"{port}", $"tcp://127.0.0.1:{port}", null), port);
    }

    public static PymodbusServer OnRtuOverTcp()
    {
        int port = FreePort();
        return Listening(new PymodbusServer("rtu", $"{port}", $"rtu+tcp://127.0.0.1:{port}", null), port);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _bridge?.Dispose();
    }

    // It listens only once it serves, which is after it can say so.
    private static PymodbusServer Listening(PymodbusServer server, int port)
    {
        Deadline.Until(
            () =>
            {
                using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                return Record.Exception(() => socket.Connect(IPAddress.Loopback, port)) == null;
            },
            "pymodbus listens");
        return server;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
