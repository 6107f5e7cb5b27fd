using System;

namespace nanoFramework.M2Mqtt.Messages;

public class MqttMsgSubscribedEventArgs(ushort messageId) : EventArgs
{
    public ushort MessageId { get; } = messageId;
}
