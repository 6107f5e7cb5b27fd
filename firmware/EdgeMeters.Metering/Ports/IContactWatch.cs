using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Ports;

/// <summary>What an input sees beside pulses: a cable that is cut, a magnet, a wheel that turns back. Implemented by counters that can see it.</summary>
public interface IContactWatch
{
    /// <summary>Takes the oldest thing that was not told yet. Each is told once; called with every look at the counter.</summary>
    /// <param name="code">The event, of those that concern a contact.</param>
    /// <param name="a">Its first number. The second is the register, which the caller knows.</param>
    /// <returns>False when there is nothing to tell.</returns>
    bool TryTakeEvent(out EventCode code, out long a);
}
