namespace EdgeMeters.Metering.Boards;

/// <summary>The pins of one pulse input; <see cref="Board.NoPin"/> where the input has no such wire.</summary>
public sealed class PulseInputPins
{
    public PulseInputPins(int contact, int secondContact, int cable)
    {
        Contact = contact;
        SecondContact = secondContact;
        Cable = cable;
    }

    /// <summary>The contact that is counted: low while it is closed.</summary>
    public int Contact { get; }

    /// <summary>The second contact of a dual reed: low while it is closed.</summary>
    public int SecondContact { get; }

    /// <summary>Line supervision: high while the cable is whole, low when it is cut or shorted.</summary>
    public int Cable { get; }
}
