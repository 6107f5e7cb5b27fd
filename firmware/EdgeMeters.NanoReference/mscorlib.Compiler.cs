// mscorlib, Version=1.17.11.0, NativeVersion=100.5.0.24
// Package nanoFramework.CoreLibrary 1.17.11. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/CoreLibrary.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace System.Diagnostics
{
    public sealed class ConditionalAttribute : Attribute
    {
        public extern string ConditionString { get; }
        public extern ConditionalAttribute(string conditionString);
    }

    public static class Debug
    {
        [Conditional("DEBUG")]
        public static extern void Assert(bool condition);
        [Conditional("DEBUG")]
        public static extern void Assert(bool condition, string message);
        [Conditional("DEBUG")]
        public static extern void Assert(bool condition, string message, string detailedMessage);
        [Conditional("DEBUG")]
        public static extern void Write(string message);
        [Conditional("DEBUG")]
        public static extern void WriteLine();
        [Conditional("DEBUG")]
        public static extern void WriteLine(string message);
    }

    public sealed class DebuggerBrowsableAttribute : Attribute
    {
        public extern DebuggerBrowsableState State { get; }
        public extern DebuggerBrowsableAttribute(DebuggerBrowsableState state);
    }

    public enum DebuggerBrowsableState
    {
        Never = 0,
        Collapsed = 2,
        RootHidden = 3,
    }
}

namespace System.Diagnostics.CodeAnalysis
{
    public sealed class AllowNullAttribute : Attribute
    {
        public extern AllowNullAttribute();
    }

    public sealed class DoesNotReturnAttribute : Attribute
    {
        public extern DoesNotReturnAttribute();
    }

    public sealed class MaybeNullWhenAttribute : Attribute
    {
        public extern bool ReturnValue { get; }
        public extern MaybeNullWhenAttribute(bool returnValue);
    }

    public sealed class MemberNotNullAttribute : Attribute
    {
        public extern string[] Members { get; }
        public extern MemberNotNullAttribute(string member);
        public extern MemberNotNullAttribute(params string[] members);
    }

    public sealed class NotNullAttribute : Attribute
    {
        public extern NotNullAttribute();
    }

    public sealed class NotNullWhenAttribute : Attribute
    {
        public extern bool ReturnValue { get; }
        public extern NotNullWhenAttribute(bool returnValue);
    }
}

namespace System.Runtime.CompilerServices
{
    public sealed class CallerMemberNameAttribute : Attribute
    {
        public extern CallerMemberNameAttribute();
    }

    public sealed class ExtensionAttribute : Attribute
    {
        public extern ExtensionAttribute();
    }

    public sealed class IndexerNameAttribute : Attribute
    {
        public extern IndexerNameAttribute(string indexerName);
    }

    public static class IsExternalInit
    {
    }

    public sealed class MethodImplAttribute : Attribute
    {
        public extern MethodImplOptions Value { get; }
        public extern MethodImplAttribute();
        public extern MethodImplAttribute(short _value);
        public extern MethodImplAttribute(MethodImplOptions methodImplOptions);
    }

    public enum MethodImplOptions
    {
        Unmanaged = 4,
        NoInlining = 8,
        ForwardRef = 16,
        Synchronized = 32,
        PreserveSig = 128,
        InternalCall = 4096,
    }

    public static class RuntimeHelpers
    {
        public static extern int OffsetToStringData { get; }
        public static extern object GetObjectValue(object obj);
        public static extern void InitializeArray(Array array, RuntimeFieldHandle fldHandle);
        public static extern void RunClassConstructor(RuntimeTypeHandle type);
    }
}

namespace System.Runtime.InteropServices
{
    public enum LayoutKind
    {
        Sequential = 0,
        Explicit = 2,
        Auto = 3,
    }

    public sealed class OutAttribute : Attribute
    {
        public extern OutAttribute();
    }

    public sealed class StructLayoutAttribute : Attribute
    {
        public int Pack;
        public int Size;
        public extern LayoutKind Value { get; }
        public extern StructLayoutAttribute(short layoutKind);
        public extern StructLayoutAttribute(LayoutKind layoutKind);
    }
}
