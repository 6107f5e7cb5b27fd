// mscorlib, Version=1.17.11.0, NativeVersion=100.5.0.24
// Package nanoFramework.CoreLibrary 1.17.11. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/CoreLibrary.

namespace System.Reflection;

public class Assembly
{
    public virtual extern string FullName { get; }
    public extern Assembly();
    public static extern Assembly GetAssembly(Type type);
    public static extern Assembly GetExecutingAssembly();
    public extern AssemblyName GetName();
    public virtual extern Type GetType(string name);
    public virtual extern Type GetType(string name, bool throwOnError);
    public virtual extern Type[] GetTypes();
    public static extern Assembly Load(byte[] rawAssembly);
    public static extern Assembly Load(string assemblyString);
}

public sealed class AssemblyCompanyAttribute : Attribute
{
    public extern string Company { get; }
    public extern AssemblyCompanyAttribute(string company);
}

public sealed class AssemblyCopyrightAttribute : Attribute
{
    public extern string Copyright { get; }
    public extern AssemblyCopyrightAttribute(string copyright);
}

public sealed class AssemblyFileVersionAttribute : Attribute
{
    public extern string Version { get; }
    public extern AssemblyFileVersionAttribute(string version);
}

public sealed class AssemblyInformationalVersionAttribute : Attribute
{
    public extern string InformationalVersion { get; }
    public extern AssemblyInformationalVersionAttribute(string informationalVersion);
}

public sealed class AssemblyName
{
    public extern string FullName { get; }
    public extern string Name { get; }
    public extern Version Version { get; }
    private extern AssemblyName();
}

public sealed class AssemblyProductAttribute : Attribute
{
    public extern string Product { get; }
    public extern AssemblyProductAttribute(string product);
}

public sealed class AssemblyTitleAttribute : Attribute
{
    public extern string Title { get; }
    public extern AssemblyTitleAttribute(string title);
}

public sealed class AssemblyVersionAttribute : Attribute
{
    public extern string Version { get; }
    public extern AssemblyVersionAttribute(string version);
}

public enum BindingFlags
{
    Default = 0,
    IgnoreCase = 1,
    DeclaredOnly = 2,
    Instance = 4,
    Static = 8,
    Public = 16,
    NonPublic = 32,
    FlattenHierarchy = 64,
    InvokeMethod = 256,
    CreateInstance = 512,
    GetField = 1024,
    SetField = 2048,
    GetProperty = 4096,
    SetProperty = 8192,
    PutDispProperty = 16384,
    PutRefDispProperty = 32768,
    ExactBinding = 65536,
    SuppressChangeType = 131072,
    OptionalParamBinding = 262144,
    IgnoreReturn = 16777216,
}

public abstract class ConstructorInfo : MethodBase
{
    public override extern MemberTypes MemberType { get; }
    protected extern ConstructorInfo();
    public override extern object[] GetCustomAttributes(bool inherit);
    public extern object Invoke(object[] parameters);
}

public sealed class DefaultMemberAttribute : Attribute
{
    public extern string MemberName { get; }
    public extern DefaultMemberAttribute(string memberName);
}

public abstract class FieldInfo : MemberInfo
{
    public abstract Type FieldType { get; }
    public override extern MemberTypes MemberType { get; }
    protected extern FieldInfo();
    public override extern object[] GetCustomAttributes(bool inherit);
    public abstract object GetValue(object obj);
    public virtual extern void SetValue(object obj, object value);
}

public abstract class MemberInfo
{
    public abstract Type DeclaringType { get; }
    public abstract MemberTypes MemberType { get; }
    public abstract string Name { get; }
    protected extern MemberInfo();
    public abstract object[] GetCustomAttributes(bool inherit);
}

public enum MemberTypes
{
    Constructor = 1,
    Event = 2,
    Field = 4,
    Method = 8,
    Property = 16,
    TypeInfo = 32,
    Custom = 64,
    NestedType = 128,
    All = 191,
}

public abstract class MethodBase : MemberInfo
{
    public override extern Type DeclaringType { get; }
    public extern bool IsAbstract { get; }
    public extern bool IsFinal { get; }
    public extern bool IsPublic { get; }
    public extern bool IsStatic { get; }
    public extern bool IsVirtual { get; }
    public override extern string Name { get; }
    protected extern MethodBase();
    public abstract ParameterInfo[] GetParameters();
    public extern object Invoke(object obj, object[] parameters);
}

public abstract class MethodInfo : MethodBase
{
    public override extern MemberTypes MemberType { get; }
    public abstract Type ReturnType { get; }
    protected extern MethodInfo();
}

public abstract class ParameterInfo
{
    public virtual extern Type ParameterType { get; }
    protected extern ParameterInfo();
}
