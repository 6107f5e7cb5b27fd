using System.Reflection;

// Both assemblies of the application bear its number (ApplicationVersion), split after the fourth last digit. The interpreter takes for a
// reference the first assembly it has of that name, major and minor version (nf-interpreter, CLR_RT_TypeSystem::FindAssembly): under one
// version for all, EdgeMeters.Node out of an update would run on the EdgeMeters.Core that was flashed by cable.
[assembly: AssemblyVersion("0.100.0.0")]
