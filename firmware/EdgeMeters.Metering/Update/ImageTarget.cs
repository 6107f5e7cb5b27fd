namespace EdgeMeters.Metering.Update;

/// <summary>What an image must be for, to be taken and started here.</summary>
public sealed class ImageTarget
{
    public ImageTarget(string node, byte board, string runtime)
    {
        Node = node;
        Board = board;
        Runtime = runtime;
    }

    public string Node { get; }

    public byte Board { get; }

    public string Runtime { get; }

    /// <summary>Names the first thing that does not fit.</summary>
    public UpdateError Judge(ImageHead head)
    {
        if (!(head.Node == Node))
            return UpdateError.WrongNode;
        if (head.Board != Board)
            return UpdateError.WrongBoard;
        return head.Runtime == Runtime ? UpdateError.None : UpdateError.WrongRuntime;
    }
}
