namespace EdgeMeters.Node.Pulse;

/// <summary>Takes what a contact does, in order. Called under the lock that the contact was given.</summary>
public interface IContactSink
{
    void Changed(ContactPin contact, bool isClosed);
}
