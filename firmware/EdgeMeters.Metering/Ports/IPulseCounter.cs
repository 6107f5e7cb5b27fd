namespace EdgeMeters.Metering.Ports;

/// <summary>Counts the closures of one contact since the counter started. Read, never reset.</summary>
/// <remarks>
/// For users: take differences of <see cref="ReadTotal"/>; a total below an earlier one means that the counter was cleared behind your back.
/// For implementers: debounce before counting; a read must not disturb the count. On ESP32 the hardware count and its overflow word are read
/// apart, so a total may be about 32,767 too high for one read: the caller takes the lower of two reads.
/// </remarks>
public interface IPulseCounter
{
    /// <summary>Pulses since the counter started.</summary>
    long ReadTotal();
}
