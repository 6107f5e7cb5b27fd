using System.Text;
using System.Xml.Linq;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>
/// What builds the programs that are flashed, on a machine with the nanoFramework packages and tools: .nfproj, packages.config and solution, as
/// they follow from nf.config (versions), the headers of NanoReference (assemblies of a package) and the .csproj (files to compile).
/// </summary>
/// <remarks>
/// Form: github.com/nanoframework/Samples and the project system's own targets (nf-Visual-Studio-extension), which set LangVersion 9 in
/// Default.props: it is set again below them. Every program names every package: the application, loaded from the block device, finds there
/// only the assemblies that were flashed together with the loader.
/// </remarks>
internal static class NanoSolution
{
    public const string SolutionFile = "firmware/EdgeMeters.Firmware.nano.sln";

    private const string ProjectType = "{11A8DD76-328B-46DF-9F39-F559912D0360}";
    private const string CSharpType = "{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}";

    private static readonly string[] Configurations = ["Debug|Any CPU", "Release|Any CPU"];

    private static readonly Dictionary<string, string> ProjectIds = new()
    {
        [NanoBuild.Core] = "{5B0C5F6E-1F4B-4D0B-9B64-6E1B5C3C7D10}",
        [NanoBuild.Node] = "{6F6C1C39-5A1F-4B0B-9C57-0B5E2E2D7A11}",
        [NanoBuild.Loader] = "{0D6A3C54-9E0B-4C8A-8B1B-6A7F6C1E4D22}",
    };

    public static string ProjectFile(string project) => $"firmware/{project}/{project}.nfproj";

    public static string PackagesFile(string project) => $"firmware/{project}/packages.config";

    public static string Packages()
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<packages>\n");
        foreach ((string package, string version) in Pinned())
            text.Append($"  <package id=\"{package}\" version=\"{version}\" targetFramework=\"netnano1.0\" />\n");
        return text.Append("</packages>\n").ToString();
    }

    public static string Project(string project)
    {
        return $"""
            <?xml version="1.0" encoding="utf-8"?>
            <!-- Written from nf.config, NanoReference and {project}.csproj: {NanoWriter.Variable}=1 tests/run (filter Nano) writes it anew. -->
            <Project ToolsVersion="Current" DefaultTargets="Build" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
              <PropertyGroup Label="Globals">
                <NanoFrameworkProjectSystemPath>$(MSBuildExtensionsPath)\nanoFramework\v1.0\</NanoFrameworkProjectSystemPath>
              </PropertyGroup>
              {Import("NFProjectSystem.Default.props")}
              <PropertyGroup>
                <Configuration Condition=" '$(Configuration)' == '' ">Release</Configuration>
                <Platform Condition=" '$(Platform)' == '' ">AnyCPU</Platform>
                <ProjectTypeGuids>{ProjectType};{CSharpType}</ProjectTypeGuids>
                <ProjectGuid>{ProjectIds[project]}</ProjectGuid>
                <OutputType>{OutputType(project)}</OutputType>
                <RootNamespace>{project}</RootNamespace>
                <AssemblyName>{project}</AssemblyName>
                <TargetFrameworkVersion>v1.0</TargetFrameworkVersion>
                <FileAlignment>512</FileAlignment>
                <LangVersion>13</LangVersion>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              {Import("NFProjectSystem.props")}
              <ItemGroup>
            {string.Concat(CompileItems(project))}  </ItemGroup>
              <ItemGroup>
                <None Include="packages.config" />
              </ItemGroup>
              <ItemGroup>
            {string.Concat(References())}{string.Concat(ProjectReferences(project))}  </ItemGroup>
              {Import("NFProjectSystem.CSharp.targets")}
              <ProjectExtensions>
                <ProjectCapabilities>
                  <ProjectConfigurationsDeclaredAsItems />
                </ProjectCapabilities>
              </ProjectExtensions>
            </Project>

            """;
    }

    public static string Solution()
    {
        var text = new StringBuilder("Microsoft Visual Studio Solution File, Format Version 12.00\n# Visual Studio Version 17\n");
        foreach (string project in NanoBuild.Programs)
            text.Append($"Project(\"{ProjectType}\") = \"{project}\", \"{project}\\{project}.nfproj\", \"{ProjectIds[project]}\"\nEndProject\n");
        text.Append("Global\n\tGlobalSection(SolutionConfigurationPlatforms) = preSolution\n");
        foreach (string configuration in Configurations)
            text.Append($"\t\t{configuration} = {configuration}\n");
        text.Append("\tEndGlobalSection\n\tGlobalSection(ProjectConfigurationPlatforms) = postSolution\n");
        foreach (string project in NanoBuild.Programs)
        {
            foreach (string configuration in Configurations)
            {
                foreach (string action in new[] { "ActiveCfg", "Build.0", "Deploy.0" })
                    text.Append($"\t\t{ProjectIds[project]}.{configuration}.{action} = {configuration}\n");
            }
        }
        return text.Append("\tEndGlobalSection\nEndGlobal\n").ToString();
    }

    private static string Import(string file)
    {
        string path = "$(NanoFrameworkProjectSystemPath)" + file;
        return $"<Import Project=\"{path}\" Condition=\"Exists('{path}')\" />";
    }

    // What the SDK compiles of itself, and what the .csproj names beside it.
    private static IEnumerable<string> CompileItems(string project)
    {
        yield return "    <Compile Include=\"**\\*.cs\" Exclude=\"bin\\**;obj\\**\" />\n";
        foreach (XElement compile in Csproj(project).Descendants("Compile"))
        {
            string include = ((string?)compile.Attribute("Include") ?? throw new FormatException($"{project}.csproj: {compile}")).Replace('/', '\\');
            string folder = ((string?)compile.Attribute("LinkBase") ?? throw new FormatException($"{project}.csproj: {compile} needs a LinkBase")) + "\\";
            string link = include.Contains("**") ? "%(RecursiveDir)%(Filename)%(Extension)" : "%(Filename)%(Extension)";
            string exclude = compile.Attribute("Exclude") is { } attribute ? $" Exclude=\"{attribute.Value.Replace('/', '\\')}\"" : "";
            yield return $"    <Compile Include=\"{include}\"{exclude} Link=\"{folder}{link}\" />\n";
        }
    }

    private static string OutputType(string project) => (string?)Csproj(project).Descendants("OutputType").SingleOrDefault() ?? "Exe";

    private static IEnumerable<string> ProjectReferences(string project)
    {
        return Csproj(project).Descendants("ProjectReference")
            .Select(reference => ((string)reference.Attribute("Include")!).Replace('/', '\\').Replace(".csproj", ".nfproj"))
            .Select(include => $"    <ProjectReference Include=\"{include}\" />\n");
    }

    private static XDocument Csproj(string project) => XDocument.Load(Repository.PathOf("firmware", project, project + ".csproj"));

    private static IEnumerable<string> References()
    {
        foreach ((string name, string package) in NanoAssembly.All().Select(assembly => (assembly.Name, assembly.Package)).Distinct()
            .OrderBy(pair => pair.Name, StringComparer.Ordinal))
        {
            string path = $"..\\packages\\{package}.{Pinned()[package]}\\lib\\{name}.dll";
            yield return $"    <Reference Include=\"{name}\">\n      <HintPath>{path}</HintPath>\n      <Private>True</Private>\n    </Reference>\n";
        }
    }

    private static SortedDictionary<string, string> Pinned()
    {
        return new SortedDictionary<string, string>(IniFile.Read(Repository.PathOf("nf.config"))["packages"], StringComparer.Ordinal);
    }
}
