using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Metering.Boards;

/// <content>Whether a configuration fits. Apart from the pins, which the loader needs too.</content>
public sealed partial class Board
{
    /// <summary>Why a configuration cannot run on this board, or null when it can.</summary>
    public string? RefusalOf(NodeTable table)
    {
        if (table.Board != Number)
            return "The configuration is for board " + table.Board.ToString() + ", this is " + Name + ", board " + Number.ToString() + ".";
        if (table.Lines.Length > Lines.Length)
            return "The configuration has " + table.Lines.Length.ToString() + " serial lines, " + Name + " has " + Lines.Length.ToString() + ".";
        bool[] isTaken = new bool[Inputs.Length];
        int counters = 0;
        for (int i = 0; i < table.Channels.Length; i++)
        {
            ChannelTable channel = table.Channels[i];
            if (channel.Kind != ChannelKind.Pulse)
                continue;
            string what = "Channel " + i.ToString() + " ";
            if (channel.Input >= Inputs.Length)
                return what + "is at pulse input " + channel.Input.ToString() + ", " + Name + " has inputs 0 to " + (Inputs.Length - 1).ToString() + ".";
            if (isTaken[channel.Input])
                return what + "is at pulse input " + channel.Input.ToString() + ", where another channel is.";
            isTaken[channel.Input] = true;
            if (channel.Contact == ContactKind.DualReed && Inputs[channel.Input].SecondContact == NoPin)
                return what + "is a dual reed, pulse input " + channel.Input.ToString() + " of " + Name + " takes one contact.";
            if (channel.Contact != ContactKind.Reed)
                counters++;
        }
        return counters <= PulseCounters
            ? null
            : "The configuration counts " + counters.ToString() + " contacts in hardware, " + Name + " has " + PulseCounters.ToString() + " counters.";
    }
}
