namespace EdgeMeters.Firmware.Tests.Support;

/// <summary>Tests that look at the whole heap: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(QuietProcess), DisableParallelization = true)]
public sealed class QuietProcess;
