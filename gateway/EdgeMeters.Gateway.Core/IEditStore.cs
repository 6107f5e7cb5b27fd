using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Core;

/// <summary>Keeps what people set in load profiles.</summary>
public interface IEditStore
{
    /// <summary>Keeps an edit and returns once it survives a power cut.</summary>
    /// <exception cref="StoreUnavailableException">The disk is full or failing. Nothing is kept.</exception>
    Task<Receipt> AppendEditAsync(ProfileEdit edit, CancellationToken cancel);
}
