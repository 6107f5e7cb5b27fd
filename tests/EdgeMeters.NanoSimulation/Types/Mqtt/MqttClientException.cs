using System;

namespace nanoFramework.M2Mqtt.Exceptions;

public class MqttClientException() : Exception("the queue of messages in flight is full");
