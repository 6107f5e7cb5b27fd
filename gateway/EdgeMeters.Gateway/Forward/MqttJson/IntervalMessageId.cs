namespace EdgeMeters.Gateway.Forward.MqttJson;

/// <summary>The parts of the reading's identity; the same that the key is made of.</summary>
/// <param name="Node">The node that read the meter.</param>
/// <param name="Epoch">Lifetime of the node's journal, eight hexadecimal digits.</param>
/// <param name="Sequence">The node's interval end, counted within the epoch.</param>
/// <param name="Channel">The register among those of the node.</param>
public sealed record IntervalMessageId(string Node, string Epoch, uint Sequence, int Channel);
