using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Api;

/// <summary>The words by which the API names events. Stable: they are part of the API's contract.</summary>
internal static class EventWords
{
    public static string Of(EventCode code) => code switch
    {
        EventCode.Started => "started",
        EventCode.PulsesInDoubt => "pulses-in-doubt",
        EventCode.PulseRateExceeded => "pulse-rate-exceeded",
        EventCode.ClockSet => "clock-set",
        EventCode.JournalOverflow => "journal-overflow",
        EventCode.SequencesUnavailable => "sequences-unavailable",
        EventCode.MeterSilent => "meter-silent",
        EventCode.MeterBack => "meter-back",
        EventCode.Running => "running",
        EventCode.Stopping => "stopping",
        EventCode.CommandDone => "command-done",
        EventCode.RegisterRead => "register-read",
        EventCode.RegisterAligned => "register-aligned",
        EventCode.Configuration => "configuration",
        EventCode.SupplyFailing => "supply-failing",
        EventCode.SupplyBack => "supply-back",
        EventCode.SelfTestDone => "self-test-done",
        EventCode.Update => "update",
        EventCode.CableCut => "cable-cut",
        EventCode.MagneticTamper => "magnetic-tamper",
        EventCode.ReverseFlow => "reverse-flow",
        EventCode.ContactStuck => "contact-stuck",
        // A newer node may tell what this gateway has no word for yet.
        _ => $"code-{(byte)code}",
    };
}
