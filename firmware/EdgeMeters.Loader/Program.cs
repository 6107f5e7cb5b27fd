using System;
using System.IO;
using System.Threading;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Metering.Update;
using EdgeMeters.Node.Network;
using nanoFramework.Runtime.Native;

namespace EdgeMeters.Loader;

/// <summary>Where an ESP32 begins that takes updates over the air. Chooses an application, starts it, and does nothing else.</summary>
/// <remarks>
/// It reaches the network never and the flash only to choose. Whatever goes wrong, the application that was flashed beside it starts.
/// </remarks>
public static class Program
{
    private const string IdentityFile = "I:\\update.id";

    /// <summary>Time for a technician with a cable to get hold of a node whose application ends at once, again and again.</summary>
    private const int RestartPauseMs = 10000;

    public static void Main()
    {
        ApplicationStarter starter = new ApplicationStarter();
        try
        {
            BootSequence? boot = Open();
            if (boot == null)
                starter.StartFactory();
            else
                boot.Run(starter);
        }
        catch (Exception e)
        {
            Console.WriteLine("EdgeMeters loader: " + e.Message);
        }
        // An application never returns; one that did, or threw, is started again, or the one before it.
        Thread.Sleep(RestartPauseMs);
        Power.RebootDevice();
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Reads who the node is and opens its flash.</summary>
    /// <returns>Null when there is nothing to choose from; the console says why.</returns>
    private static BootSequence? Open()
    {
        try
        {
            UpdateIdentity identity = new UpdateIdentity();
            if (!File.Exists(IdentityFile))
            {
                Console.WriteLine("EdgeMeters loader: no " + IdentityFile + ", so no updates; make it with make-update-identity and deploy it by cable");
                return null;
            }
            byte[] text = File.ReadAllBytes(IdentityFile);
            if (!identity.TryRead(text, text.Length))
            {
                Console.WriteLine("EdgeMeters loader: " + IdentityFile + " is damaged; deploy it anew by cable");
                return null;
            }
            IBlockDevice? device = Devices.Open(identity.Board);
            IBlockDevice? images = device == null ? null : FlashPlan.Of(device, true).Images;
            if (images == null)
            {
                Console.WriteLine("EdgeMeters loader: board " + identity.Board.ToString() + " has no flash for images; it is updated by cable");
                return null;
            }
            ImageTarget target = new ImageTarget(identity.Node, identity.Board, RuntimeLine.Name);
            return new BootSequence(new ImageSlots(images, target), new UpdateKeyMac(identity.Key), ApplicationVersion.Number);
        }
        catch (Exception e)
        {
            Console.WriteLine("EdgeMeters loader: the flash cannot be used (" + e.Message + "); the factory application starts");
            return null;
        }
    }
}
