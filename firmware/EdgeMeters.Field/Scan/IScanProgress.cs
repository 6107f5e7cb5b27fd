namespace EdgeMeters.Field.Scan;

/// <summary>Is told how a scan goes.</summary>
internal interface IScanProgress
{
    /// <summary>A stage begins.</summary>
    /// <param name="done">Questions asked until now.</param>
    void Begin(ScanStage stage, int done);

    void Step(int done);

    void Found(ScanFinding finding);
}
