namespace EdgeMeters.Metering.Configuration;

/// <summary>One RS-485 line of a node: how it speaks and how patient its owner is.</summary>
public sealed class LineTable
{
    public int BaudRate { get; set; } = 9600;

    /// <summary>0 none, 1 odd, 2 even: as <c>System.IO.Ports.Parity</c> counts.</summary>
    public byte Parity { get; set; }

    /// <summary>1 or 2.</summary>
    public byte StopBits { get; set; } = 1;

    /// <summary>Time from the end of a request to the first byte of its answer, 20 to 10,000.</summary>
    public int TimeoutMs { get; set; } = 500;

    /// <summary>Time after which no meter on the line answers a request any more, <see cref="TimeoutMs"/> to 30,000.</summary>
    public int LateAnswerMsMax { get; set; } = 2000;
}
