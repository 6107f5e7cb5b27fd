using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Bus;

public sealed class FieldFramesTests
{
    [Fact]
    public void Every_published_frame_is_in_a_test()
    {
        string tests = string.Concat(Repository.Files("*.cs").Where(file => file.StartsWith("tests/EdgeMeters.Firmware.Tests/Bus/", StringComparison.Ordinal))
            .Select(file => File.ReadAllText(Repository.PathOf(file))));
        Assert.NotEmpty(FieldFrames.Names);
        Assert.All(FieldFrames.Names, name => Assert.Contains($"\"{name}\"", tests, StringComparison.Ordinal));
    }
}
