using System;
using System.Collections.Generic;
using System.Threading;
using RealThread = System.Threading.Thread;

namespace EdgeMeters.NanoSimulation.Threads;

/// <summary>Runs the managed threads of a chip one at a time and moves its time when all of them wait.</summary>
/// <remarks>
/// Among those that may run, the one whose time comes first runs, then the one that was started first, so a run repeats itself. A thread that
/// hangs at a lock of .NET which another one holds lets that other one run.
/// </remarks>
public sealed class ThreadBoard
{
    private const int LookMs = 2;

    // A thread that just got its lock may wait for a processor of this machine for a while.
    private const int HangMs = 20;

    private readonly SimulatedChip _chip;
    private readonly List<Entry> _entries = [];
    private readonly ThreadLocal<Entry?> _mine = new();
    private bool _isDead;
    private int _changes;

    internal ThreadBoard(SimulatedChip chip)
    {
        _chip = chip;
        Register(RealThread.CurrentThread);
    }

    /// <summary>What ended a managed thread that nothing caught. The chip would have restarted.</summary>
    public Exception? Unhandled { get; private set; }

    /// <summary>Managed threads that have not ended, without the one that made the chip.</summary>
    public int Alive
    {
        get
        {
            lock (_chip.Gate)
                return _entries.Count - 1;
        }
    }

    internal void Start(Action run, Func<bool> setEnded)
    {
        RealThread thread = new(() => RunEntry(run, setEnded)) { IsBackground = true, Name = "chip" };
        lock (_chip.Gate)
        {
            Entry entry = new(thread) { IsWaiting = true, WakeUs = _chip.NowUs };
            _entries.Add(entry);
        }
        thread.Start();
    }

    /// <summary>Waits until a moment of virtual time, or until something holds. The condition is asked by any thread and must take no lock.</summary>
    /// <returns>True when it held.</returns>
    internal bool Wait(long wakeUs, Func<bool>? until)
    {
        lock (_chip.Gate)
        {
            Entry me = Mine();
            ThrowIfDead(me);
            if (_chip.IsHandling)
                throw new InvalidOperationException("an event handler waits: on the chip all events would wait with it");
            me.WakeUs = wakeUs;
            me.Until = until;
            me.IsWaiting = true;
            _changes++;
            Monitor.PulseAll(_chip.Gate);
            while (!TryRun(me))
            {
                Monitor.Wait(_chip.Gate, LookMs);
                ThrowIfDead(me);
            }
            me.IsWaiting = false;
            _changes++;
            return until != null && until();
        }
    }

    /// <summary>Called by native code before it does anything: ends a thread that has no chip any more.</summary>
    internal void Touch()
    {
        lock (_chip.Gate)
        {
            _changes++;
            ThrowIfDead(Mine());
        }
    }

    internal void Kill()
    {
        _isDead = true;
        Monitor.PulseAll(_chip.Gate);
    }

    // Moves time as long as it is this thread's turn; false when it is another's.
    private bool TryRun(Entry me)
    {
        while (true)
        {
            if (_isDead)
                return false;
            foreach (Entry other in _entries)
            {
                if (other != me && !other.IsWaiting && !other.HangsAtLock(_changes))
                    return false;
            }
            Entry? next = null;
            long nextUs = long.MaxValue;
            foreach (Entry entry in _entries)
            {
                if (!entry.IsWaiting)
                    continue;
                long dueUs = Math.Max(_chip.StalledUntilUs, entry.Until != null && entry.Until() ? _chip.NowUs : entry.WakeUs);
                if (next == null || dueUs < nextUs)
                {
                    next = entry;
                    nextUs = dueUs;
                }
            }
            if (nextUs <= _chip.NowUs)
            {
                if (next != me)
                    Monitor.PulseAll(_chip.Gate);
                return next == me;
            }
            if (!_chip.StepHardware(nextUs))
                throw new InvalidOperationException("every managed thread waits for ever, and the hardware has nothing to do: nothing will happen any more");
        }
    }

    private void RunEntry(Action run, Func<bool> setEnded)
    {
        Entry me;
        lock (_chip.Gate)
            me = _entries.Find(entry => entry.Thread == RealThread.CurrentThread)!;
        _mine.Value = me;
        try
        {
            Wait(me.WakeUs, null);
            run();
        }
        catch (PowerLostException)
        {
            // There is nothing left to run on.
        }
        catch (Exception e)
        {
            Unhandled ??= e;
        }
        lock (_chip.Gate)
        {
            setEnded();
            _changes++;
            _entries.Remove(me);
            Monitor.PulseAll(_chip.Gate);
        }
    }

    private Entry Mine() => _mine.Value ?? Register(RealThread.CurrentThread);

    private Entry Register(RealThread thread)
    {
        Entry entry = new(thread);
        _entries.Add(entry);
        _mine.Value = entry;
        return entry;
    }

    // Code that catches whatever comes would catch this too: the second time it gets no answer any more.
    private void ThrowIfDead(Entry me)
    {
        if (!_isDead)
            return;
        bool isOwner = _entries.Count > 0 && _entries[0] == me;
        if (!isOwner && me.WasTold)
        {
            _entries.Remove(me);
            while (Monitor.IsEntered(_chip.Gate))
                Monitor.Exit(_chip.Gate);
            RealThread.Sleep(Timeout.Infinite);
        }
        me.WasTold = true;
        throw new PowerLostException();
    }

    private sealed class Entry(RealThread thread)
    {
        private int _seenChanges = -1;
        private long _seenMs;

        public RealThread Thread { get; } = thread;

        public bool IsWaiting { get; set; }

        public bool WasTold { get; set; }

        public long WakeUs { get; set; }

        public Func<bool>? Until { get; set; }

        // Long enough while nothing else moved: before that it may have been on its way into the simulation, or out of the lock.
        public bool HangsAtLock(int changes)
        {
            bool isBlocked = (Thread.ThreadState & ThreadState.WaitSleepJoin) != 0;
            if (isBlocked && _seenChanges == changes)
                return System.Environment.TickCount64 - _seenMs >= HangMs;
            _seenChanges = isBlocked ? changes : -1;
            _seenMs = System.Environment.TickCount64;
            return false;
        }
    }
}
