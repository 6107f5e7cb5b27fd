using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>
/// Keeps the data protection keys in memory and nowhere else. They protect only what a page hands back to the process
/// that drew it, so none needs to outlive it, and no key file lies on a gateway's card.
/// </summary>
internal sealed class KeysInMemory : IXmlRepository, IXmlEncryptor
{
    private readonly List<XElement> _keys = [];

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (_keys)
            return [.. _keys];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        lock (_keys)
            _keys.Add(element);
    }

    /// <summary>What never leaves the memory that holds the key needs no second key.</summary>
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(new XElement("key", plaintextElement), typeof(NullXmlDecryptor));
}
