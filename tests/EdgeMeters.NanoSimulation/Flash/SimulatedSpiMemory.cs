using System;
using EdgeMeters.NanoSimulation.Bus;

namespace EdgeMeters.NanoSimulation.Flash;

/// <summary>What serial memories have in common: a command a selection, a latch that each write needs anew, a status. Survives its chip.</summary>
public abstract class SimulatedSpiMemory : ISpiPart
{
    protected const int CommandBytesMax = 4 + 256;

    private readonly byte[] _command = new byte[CommandBytesMax];
    private readonly byte[] _identification;
    private int _count;

    protected SimulatedSpiMemory(int bytes, byte[] identification)
    {
        _identification = identification;
        Cells = new byte[bytes];
        Array.Fill(Cells, (byte)0xFF);
    }

    /// <summary>All cells, as they are.</summary>
    public byte[] Cells { get; }

    /// <summary>True once writing was enabled; every write and erase takes it back.</summary>
    public bool IsWriteEnabled { get; protected set; }

    /// <summary>Status register 1 without its two lowest bits.</summary>
    public byte Status { get; set; }

    /// <summary>True holds /WP low: status registers keep what they have.</summary>
    public bool IsWriteProtectPinLow { get; set; }

    /// <summary>Writes and erases that were carried out.</summary>
    public int Writes { get; protected set; }

    /// <summary>Commands that the part ignored, since writing was not enabled, it was busy, it slept, or what they address is protected.</summary>
    public int Ignored { get; protected set; }

    /// <summary>Called before and after each change of cells: the moment to cut the power.</summary>
    public Action? UnderWay { get; set; }

    /// <summary>Numbers of the changes that the part drops without a word, from 0.</summary>
    public Predicate<int> IsIgnored { get; set; } = _ => false;

    /// <summary>A part that does not listen: asleep in deep power-down.</summary>
    public bool IsAsleep { get; set; }

    protected int Count => _count;

    protected long NowUs { get; private set; }

    /// <summary>Busy until then; 0 for a part that never is.</summary>
    protected long BusyUntilUs { get; set; }

    private bool IsBusy => NowUs < BusyUntilUs;

    public void Select(long nowUs)
    {
        NowUs = nowUs;
        _count = 0;
    }

    public byte Exchange(byte sent)
    {
        int at = _count++;
        if (at < _command.Length)
            _command[at] = sent;
        if (at == 0 || IsAsleep)
            return 0xFF;
        byte command = _command[0];
        if (command == 0x05)
            return (byte)((Status & 0xFC) | (IsWriteEnabled ? 2 : 0) | (IsBusy ? 1 : 0));
        if (IsBusy)
            return 0xFF;
        return command switch
        {
            0x9F => at <= _identification.Length ? _identification[at - 1] : (byte)0,
            0x03 when at >= 4 => Cells[(Address() + at - 4) % Cells.Length],
            _ => AnswerOther(command),
        };
    }

    public void Deselect(long nowUs)
    {
        NowUs = nowUs;
        byte command = _command[0];
        if (_count == 0)
            return;
        if (IsAsleep)
        {
            IsAsleep = command != 0xAB;
            return;
        }
        switch (command)
        {
            case 0x03 or 0x05 or 0x9F or 0xAB:
                return;
            case 0x06 when !IsBusy:
                IsWriteEnabled = true;
                return;
            default:
                if (AnswersBusyOrOther(command))
                    return;
                break;
        }
        if (IsBusy || !IsWriteEnabled)
        {
            Ignored++;
            return;
        }
        IsWriteEnabled = false;
        Execute(command, _command);
    }

    /// <summary>The chip is another one, and its time begins at zero; power was away.</summary>
    public virtual void PowerOn()
    {
        BusyUntilUs = 0;
        IsWriteEnabled = false;
        IsAsleep = false;
    }

    protected int Address() => ((_command[1] << 16) | (_command[2] << 8) | _command[3]) % Cells.Length;

    protected virtual byte AnswerOther(byte command) => 0xFF;

    protected virtual bool AnswersBusyOrOther(byte command) => false;

    /// <summary>Carries out a command that needs writing enabled.</summary>
    protected abstract void Execute(byte command, byte[] sent);
}
