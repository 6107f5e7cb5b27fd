using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Metering.Bus.Modbus;

/// <summary>Joins the registers of a meter into requests of as few bytes on the line as it can. One serves all meters of a line, one pass at a time.</summary>
/// <remarks>
/// Words between two registers are read along where they take less time than another request. A Modbus answer does not name its register, so the
/// requests of one meter differ in length: where two would not, one asks for more words than it needs.
/// </remarks>
public sealed class ModbusPlan
{
    // A request, the frame around an answer, and the silence after each.
    private const int OverheadBytes = 8 + 5 + 7;

    private const int WordBytesMax = 8;

    private readonly int _baudRate;

    // Ranges of words: of point i its number at i, its scale register behind those of all points. Keys hold the function above the address.
    private readonly int[] _keys;
    private readonly byte[] _counts;
    private readonly byte[] _order;
    private readonly bool[] _isKept;
    private readonly byte[] _kept;
    private readonly int[] _blockKeys;
    private readonly int[] _blockCounts;
    private readonly byte[] _blockNeeds;
    private int _ranges;

    /// <param name="pointsMax">Registers of the meter that has the most.</param>
    /// <param name="baudRate">Of the line: what words cost.</param>
    public ModbusPlan(int pointsMax, int baudRate)
    {
        _baudRate = baudRate;
        _keys = new int[2 * pointsMax];
        _counts = new byte[_keys.Length];
        _order = new byte[_keys.Length];
        _isKept = new bool[_keys.Length];
        _kept = new byte[WordBytesMax * _keys.Length];
        _blockKeys = new int[_keys.Length];
        _blockCounts = new int[_keys.Length];
        _blockNeeds = new byte[_keys.Length];
    }

    public int Blocks { get; private set; }

    /// <summary>True where two requests could not be made to differ.</summary>
    public bool IsAmbiguous { get; private set; }

    /// <summary>Plans a pass and forgets what was kept of the last.</summary>
    /// <param name="isParted">True to ask for each register by itself.</param>
    /// <param name="holes">Words that the meter does not give, as <see cref="KeyOf"/> has them.</param>
    public void Make(ModbusPoint[] points, int registersMax, int turnaroundMs, bool isParted, int[] holes, int holeCount)
    {
        Sort(points);
        int gapMax = (OverheadBytes + turnaroundMs * _baudRate / 11000) / 2;
        Blocks = 0;
        for (int i = 0; i < _ranges; i++)
        {
            int range = _order[i];
            if (_counts[range] == 0)
                continue;
            int end = _keys[range] + _counts[range];
            if (Blocks > 0)
            {
                int blockKey = _blockKeys[Blocks - 1];
                int blockEnd = blockKey + _blockCounts[Blocks - 1];
                if (end <= blockEnd)
                    continue;
                if (!isParted && _keys[range] - blockEnd <= gapMax && end - blockKey <= registersMax && !HasHole(holes, holeCount, blockEnd, _keys[range]))
                {
                    _blockCounts[Blocks - 1] = end - blockKey;
                    continue;
                }
            }
            _blockKeys[Blocks] = _keys[range];
            _blockCounts[Blocks++] = _counts[range];
        }
        IsAmbiguous = false;
        for (int block = 0; block < Blocks; block++)
        {
            _blockNeeds[block] = (byte)_blockCounts[block];
            int more = WordsMore(block, block, registersMax, holes, holeCount);
            IsAmbiguous |= more < 0;
            _blockCounts[block] += more < 0 ? 0 : more;
        }
    }

    /// <summary>Function and address of a register, in an order in which registers that are read together are neighbours.</summary>
    public static int KeyOf(byte function, ushort address)
    {
        return (function << 16) | address;
    }

    /// <summary>Where a request begins.</summary>
    public int BlockKey(int block)
    {
        return _blockKeys[block];
    }

    /// <summary>Words to ask for, or in the other shape more of them, so that its answer has another length than those of all requests.</summary>
    public int WordsOf(int block, int shape, int registersMax, int[] holes, int holeCount)
    {
        int more = shape == 0 ? 0 : WordsMore(block, Blocks, registersMax, holes, holeCount);
        return _blockCounts[block] + (more < 0 ? 0 : more);
    }

    /// <summary>Takes the words of all ranges that lie in an answer.</summary>
    /// <param name="words">Of the answer, from <paramref name="offset"/>.</param>
    public void Keep(int block, int words, byte[] frame, int offset)
    {
        for (int range = 0; range < _ranges; range++)
        {
            int at = _keys[range] - _blockKeys[block];
            if (at < 0 || _counts[range] == 0 || at + _counts[range] > words)
                continue;
            for (int i = 0; i < 2 * _counts[range]; i++)
                _kept[WordBytesMax * range + i] = frame[offset + 2 * at + i];
            _isKept[range] = true;
        }
    }

    /// <summary>The register of a point, from what was kept since <see cref="Make"/>.</summary>
    public BusResult Take(ModbusPoint[] points, int point, out long register)
    {
        register = 0;
        int scaleRange = points.Length + point;
        ModbusPoint wanted = points[point];
        if (!_isKept[point] || _counts[scaleRange] > 0 && !_isKept[scaleRange])
            return BusResult.Refused;
        if (!RegisterDecoder.TryDecode(_kept, WordBytesMax * point, wanted.Type, wanted.Order, wanted.FloatScale, wanted.Nulls, out register))
            return BusResult.NotANumber;
        if (wanted.Scale == ScaleKind.None)
            return BusResult.Ok;
        int at = WordBytesMax * scaleRange;
        BusResult result = wanted.Apply((short)((_kept[at] << 8) | _kept[at + 1]), ref register);
        if (result != BusResult.Ok)
            register = 0;
        return result;
    }

    /// <summary>True for a word that a request asks for its own sake.</summary>
    public bool IsNeeded(int block, int key)
    {
        if (key >= _blockKeys[block] + _blockNeeds[block])
            return false;
        for (int range = 0; range < _ranges; range++)
        {
            if (key >= _keys[range] && key < _keys[range] + _counts[range])
                return true;
        }
        return false;
    }

    /// <summary>A hole stands for all words from it on that are not needed, up to the next that is; a negative count for holes everywhere.</summary>
    public static bool HasHole(int[] holes, int holeCount, int key, int end)
    {
        if (holeCount < 0)
            return end > key;
        for (int i = 0; i < holeCount; i++)
        {
            if (holes[i] >= key && holes[i] < end)
                return true;
        }
        return false;
    }

    private void Sort(ModbusPoint[] points)
    {
        _ranges = 2 * points.Length;
        for (int i = 0; i < _ranges; i++)
        {
            bool isScale = i >= points.Length;
            ModbusPoint point = points[isScale ? i - points.Length : i];
            _keys[i] = KeyOf(point.Function, isScale ? point.ScaleAddress : point.Address);
            _counts[i] = (byte)(!isScale ? RegisterDecoder.WordsOf(point.Type) : point.Scale == ScaleKind.None ? 0 : 1);
            _isKept[i] = false;
            int at = i;
            for (; at > 0 && _keys[_order[at - 1]] > _keys[i]; at--)
                _order[at] = _order[at - 1];
            _order[at] = (byte)i;
        }
    }

    /// <returns>The fewest words to ask for beyond a block, so that its answer has another length than those of the first blocks; -1 for none.</returns>
    private int WordsMore(int block, int others, int registersMax, int[] holes, int holeCount)
    {
        int end = _blockKeys[block] + _blockCounts[block];
        int addressMax = _blockKeys[block] | 0xFFFF;
        for (int more = 0; _blockCounts[block] + more <= registersMax && end + more - 1 <= addressMax; more++)
        {
            if (HasHole(holes, holeCount, end, end + more))
                return -1;
            bool isTaken = false;
            for (int other = 0; other < others; other++)
                isTaken |= _blockKeys[other] >> 16 == _blockKeys[block] >> 16 && _blockCounts[other] == _blockCounts[block] + more;
            if (!isTaken)
                return more;
        }
        return -1;
    }
}
