using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Dlt645;

namespace EdgeMeters.Field;

/// <summary>What went wrong on a line, in the words of whoever stands before the meter.</summary>
internal static class Trouble
{
    /// <summary>What to try when nothing answers, in the order of what is cheap and likely.</summary>
    public const string NothingAnswers = """
        Nothing answers. Try, in this order:
          - swap A and B: the two wires of RS-485 are named differently by different makers
          - the address, baud rate and parity on the meter's own display; "scan" finds them
          - the meter's supply, and the ground wire where the cable is long
          - termination: 120 ohm at both ends of the cable and nowhere else
          - one meter alone at the adapter, to see whether the adapter, the cable or the meter is at fault
        """;

    private static readonly string[] ModbusExceptions =
    [
        "", "the meter does not know this function: try function 3 instead of 4, or 4 instead of 3",
        "the meter has no register at this address: check the address (the wire counts from 0) and the quantity",
        "the meter does not give so many registers, or does not take this number", "the meter itself has failed",
        "the meter needs longer: ask again later", "the meter is busy: ask again later", "", "the meter's memory is damaged", "",
        "the gateway has no way to the meter's line", "the gateway is there, but the meter behind it does not answer",
    ];

    /// <summary>The name of an error, a colon, and what it means. Null for a good end.</summary>
    public static string? Of(BusResult result, BusProtocol protocol, byte refusal) => result switch
    {
        BusResult.Ok => null,
        BusResult.Timeout => "timeout: no answer",
        BusResult.BadChecksum => "bad checksum: the answer is disturbed; check termination, cable and ground, and that no two meters have one address",
        BusResult.WrongMeter => "wrong meter: another meter answered, or a late answer came",
        BusResult.WrongFunction => "wrong function: the answer is to another request",
        BusResult.WrongLength => "wrong length: the answer has not the length that was asked for, or another one speaks at the same time",
        BusResult.Refused => "refused: " + Refusal(protocol, refusal),
        BusResult.Unsteady => "unsteady: no two readings were alike; something disturbs the line, or two meters have one address",
        BusResult.WrongRegister => "wrong register: the answer names another register than was asked for",
        BusResult.Malformed => "malformed: the check matches, but the frame is none of this protocol",
        BusResult.NotANumber => "not a number: the meter answers that it has none here",
        BusResult.WrongUnitOfMeasure => "wrong unit of measure: the meter counts in another unit or scale than the profile says; set it at the meter, or use another profile",
        BusResult.LineBusy => "line busy: something speaks all the time; find it by unplugging one device after the other",
        BusResult.LineGone => "line gone: the port cannot be used",
        BusResult.Absent => "absent: the answer does not hold this register",
        BusResult.NotAsked => "not asked: the meter has been silent for long, and is asked seldom from now on",
        _ => "incomplete: the answer ended early",
    };

    private static string Refusal(BusProtocol protocol, byte refusal)
    {
        if (protocol is BusProtocol.Dlt645 or BusProtocol.Dlt645Of1997)
        {
            string[] reasons = [.. Enum.GetValues<Dlt645Refusal>().Where(r => ((Dlt645Refusal)refusal & r) != 0).Select(Name)];
            return $"error {refusal:X2}: {(reasons.Length == 0 ? "no reason given" : string.Join(", ", reasons))}";
        }
        if (protocol != BusProtocol.Modbus)
            return $"the meter answers with error {refusal:X2}";
        string meaning = refusal < ModbusExceptions.Length && ModbusExceptions[refusal].Length > 0 ? ModbusExceptions[refusal] : "see the meter's manual";
        return $"exception {refusal}: {meaning}";
    }

    private static string Name(Dlt645Refusal reason) => reason switch
    {
        Dlt645Refusal.NoSuchRegister => "the meter has no such register",
        Dlt645Refusal.NotAllowed => "not allowed, or the password is wrong",
        Dlt645Refusal.BaudRateFixed => "the baud rate cannot be changed",
        Dlt645Refusal.Other => "another error",
        _ => "too many seasons, periods or tariffs",
    };
}
