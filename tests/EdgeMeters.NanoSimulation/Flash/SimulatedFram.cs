using System;

namespace EdgeMeters.NanoSimulation.Flash;

/// <summary>An MB85RS2MT or another FRAM: writes at bus speed anything over anything, needs no erase and is never busy.</summary>
public sealed class SimulatedFram : SimulatedSpiMemory
{
    public SimulatedFram(int kiB = 256, byte[]? identification = null)
        : base(kiB * 1024, identification ?? [0x04, 0x7F, 0x28, 0x03])
    {
        // As delivered: anything.
        for (int i = 0; i < Cells.Length; i++)
            Cells[i] = (byte)(i * 37);
    }

    protected override void Execute(byte command, byte[] sent)
    {
        switch (command)
        {
            case 0x01:
                if (!IsWriteProtectPinLow)
                    Status = sent[1];
                break;
            case 0x02 when Count > 4 && (Status & 0x0C) == 0 && !IsIgnored(Writes++):
                UnderWay?.Invoke();
                for (int i = 4; i < Count && i < CommandBytesMax; i++)
                    Cells[(Address() + i - 4) % Cells.Length] = sent[i];
                UnderWay?.Invoke();
                break;
            default:
                Ignored++;
                break;
        }
    }
}
