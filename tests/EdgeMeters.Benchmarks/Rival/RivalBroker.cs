using System.Net;
using MQTTnet.Server;

namespace EdgeMeters.Benchmarks.Rival;

/// <summary>The broker of the rivals: the gateway's package with the gateway's options.</summary>
internal static class RivalBroker
{
    /// <param name="port">On loopback.</param>
    public static MqttServerOptions Options(int port) => new MqttServerOptionsBuilder()
        .WithDefaultCommunicationTimeout(TimeSpan.FromSeconds(30))
        .WithPersistentSessions(false)
        .WithMaxPendingMessagesPerClient(16)
        .WithConnectionBacklog(1024)
        .WithDefaultEndpoint().WithDefaultEndpointPort(port)
        .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointBoundIPV6Address(IPAddress.None).Build();
}
