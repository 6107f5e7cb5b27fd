namespace EdgeMeters.Gateway.Downlink;

/// <summary>What became of a command, as far as the gateway knows.</summary>
public enum OrderState
{
    /// <summary>Not sent yet, or sent and not answered.</summary>
    Waiting = 1,

    /// <summary>The node said what it did; its event is in the log.</summary>
    Done = 2,

    /// <summary>No answer in time. It may have been carried out all the same; an answer that comes later still counts.</summary>
    Expired = 3,

    /// <summary>The start it was meant for is over. It is not sent to the next one; an answer that was on its way still counts.</summary>
    Restarted = 4,
}
