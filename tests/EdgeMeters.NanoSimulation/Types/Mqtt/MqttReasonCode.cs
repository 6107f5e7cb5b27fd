namespace nanoFramework.M2Mqtt.Messages;

public enum MqttReasonCode
{
    Success = 0,
    ConnectionRefusedNotAuthorized = 5,
}
