namespace nanoFramework.M2Mqtt;

/// <summary>The library's settings, one for all clients. How often and how long it waits for a receipt can be set only from inside.</summary>
public class MqttSettings
{
    private MqttSettings()
    {
    }

    public static MqttSettings Instance { get; } = new();

    /// <summary>Sends of one message before it is given up; the last waits as long as the others.</summary>
    public int AttemptsOnRetry { get; internal set; } = 3;

    /// <summary>Milliseconds from one send to the next.</summary>
    public int DelayOnRetry { get; internal set; } = 1000;

    public int InflightQueueSize { get; set; } = int.MaxValue;
}
