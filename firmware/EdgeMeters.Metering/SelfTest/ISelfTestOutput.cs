namespace EdgeMeters.Metering.SelfTest;

/// <summary>Takes the lines of the self-test: a console on the chip, a text on a desk.</summary>
public interface ISelfTestOutput
{
    /// <summary>One line, ASCII, without its end.</summary>
    void Line(string text);
}
