using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Commands;

/// <summary>Hands commands from the uplink's loop, which verified them, to the acquisition's, which carries them out. Holds one.</summary>
public sealed class CommandMailbox
{
    private readonly object _gate = new object();
    private Command _waiting = new Command();
    private Command _taken = new Command();
    private bool _isFull;

    /// <summary>Highest number taken in this start.</summary>
    public uint LastNumber { get; private set; }

    /// <returns>False when another waits, or when its number is not above the last one: then it is not taken, and not answered.</returns>
    public bool Offer(Command command)
    {
        lock (_gate)
        {
            if (_isFull || command.Number <= LastNumber)
                return false;
            LastNumber = command.Number;
            _waiting.Number = command.Number;
            _waiting.Code = command.Code;
            _waiting.Channel = command.Channel;
            _waiting.A = command.A;
            _waiting.B = command.B;
            _isFull = true;
            return true;
        }
    }

    /// <summary>The command that waits, or null. It is the caller's until the next call.</summary>
    public Command? TryTake()
    {
        lock (_gate)
        {
            if (!_isFull)
                return null;
            Command command = _waiting;
            _waiting = _taken;
            _taken = command;
            _isFull = false;
            return command;
        }
    }
}
