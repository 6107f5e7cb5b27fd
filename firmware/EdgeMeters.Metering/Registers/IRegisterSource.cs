namespace EdgeMeters.Metering.Registers;

/// <summary>Where a channel's register comes from: a meter on a bus, or pulses counted here.</summary>
public interface IRegisterSource
{
    /// <summary>Reads the register now, in the channel's raw unit.</summary>
    /// <returns>False when the meter gave none that can be believed; <see cref="LastError"/> then says why.</returns>
    bool TryRead(out long register);

    /// <summary>Number of the last failure, as the source's own documentation lists them; 0 is success.</summary>
    int LastError { get; }
}
