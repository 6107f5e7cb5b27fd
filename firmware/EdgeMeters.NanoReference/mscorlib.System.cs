// mscorlib, Version=1.17.11.0, NativeVersion=100.5.0.24
// Package nanoFramework.CoreLibrary 1.17.11. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/CoreLibrary.

using System.Reflection;

namespace System;

public delegate void Action();

public delegate void AsyncCallback(IAsyncResult ar);

public abstract class Attribute
{
    protected extern Attribute();
}

public enum AttributeTargets
{
    Assembly = 1,
    Module = 2,
    Class = 4,
    Struct = 8,
    Enum = 16,
    Constructor = 32,
    Method = 64,
    Property = 128,
    Field = 256,
    Event = 512,
    Interface = 1024,
    Parameter = 2048,
    Delegate = 4096,
    ReturnValue = 8192,
    All = 16383,
}

public sealed class AttributeUsageAttribute : Attribute
{
    public extern bool AllowMultiple { get; set; }
    public extern bool Inherited { get; set; }
    public extern AttributeTargets ValidOn { get; }
    public extern AttributeUsageAttribute(AttributeTargets validOn);
}

public static class BitConverter
{
    public static extern bool IsLittleEndian { get; }
    public static extern long DoubleToInt64Bits(double value);
    public static extern byte[] GetBytes(bool value);
    public static extern byte[] GetBytes(char value);
    public static extern byte[] GetBytes(double value);
    public static extern byte[] GetBytes(short value);
    public static extern byte[] GetBytes(int value);
    public static extern byte[] GetBytes(long value);
    public static extern byte[] GetBytes(float value);
    public static extern byte[] GetBytes(ushort value);
    public static extern byte[] GetBytes(uint value);
    public static extern byte[] GetBytes(ulong value);
    public static extern double Int64BitsToDouble(long value);
    public static extern bool ToBoolean(byte[] value, int startIndex);
    public static extern char ToChar(byte[] value, int startIndex);
    public static extern double ToDouble(byte[] value, int startIndex);
    public static extern short ToInt16(byte[] value, int startIndex);
    public static extern int ToInt32(byte[] value, int startIndex);
    public static extern long ToInt64(byte[] value, int startIndex);
    public static extern float ToSingle(byte[] value, int startIndex);
    public static extern string ToString(byte[] value);
    public static extern string ToString(byte[] value, int startIndex);
    public static extern string ToString(byte[] value, int startIndex, int length);
    public static extern ushort ToUInt16(byte[] value, int startIndex);
    public static extern uint ToUInt32(byte[] value, int startIndex);
    public static extern ulong ToUInt64(byte[] value, int startIndex);
}

public static class Console
{
    public static extern void Write(string value);
    public static extern void WriteLine();
    public static extern void WriteLine(string value);
}

public static class Convert
{
    public static extern byte[] FromBase64CharArray(char[] inArray, int offset, int length);
    public static extern byte[] FromBase64String(string inString);
    public static extern string ToBase64String(byte[] inArray);
    public static extern string ToBase64String(byte[] inArray, int offset, int length);
    public static extern bool ToBoolean(byte value);
    public static extern byte ToByte(bool value);
    public static extern byte ToByte(string value, int fromBase = 10);
    public static extern char ToChar(ushort value);
    public static extern DateTime ToDateTime(string value);
    public static extern double ToDouble(string value);
    public static extern short ToInt16(string value, int fromBase = 10);
    public static extern int ToInt32(string value, int fromBase = 10);
    public static extern long ToInt64(string value, int fromBase = 10);
    public static extern sbyte ToSByte(string value, int fromBase = 10);
    public static extern float ToSingle(string value);
    public static extern ushort ToUInt16(string value, int fromBase = 10);
    public static extern uint ToUInt32(string value, int fromBase = 10);
    public static extern ulong ToUInt64(string value, int fromBase = 10);
}

public struct DateTime
{
    private readonly object _opaque;
    public static readonly DateTime MaxValue;
    public static readonly DateTime MinValue;
    public static readonly DateTime UnixEpoch;
    public extern DateTime Date { get; }
    public extern int Day { get; }
    public extern DayOfWeek DayOfWeek { get; }
    public extern int DayOfYear { get; }
    public extern int Hour { get; }
    public extern DateTimeKind Kind { get; }
    public extern int Millisecond { get; }
    public extern int Minute { get; }
    public extern int Month { get; }
    public extern int Second { get; }
    public extern long Ticks { get; }
    public extern TimeSpan TimeOfDay { get; }
    public static extern DateTime Today { get; }
    public static extern DateTime UtcNow { get; }
    public extern int Year { get; }
    public extern DateTime(int year, int month, int day);
    public extern DateTime(int year, int month, int day, int hour, int minute, int second);
    public extern DateTime(int year, int month, int day, int hour, int minute, int second, int millisecond);
    public extern DateTime(long ticks);
    public extern DateTime(long ticks, DateTimeKind kind);
    public extern DateTime Add(TimeSpan val);
    public extern DateTime AddDays(double val);
    public extern DateTime AddHours(double val);
    public extern DateTime AddMilliseconds(double val);
    public extern DateTime AddMinutes(double val);
    public extern DateTime AddSeconds(double val);
    public extern DateTime AddTicks(long val);
    public static extern int Compare(DateTime t1, DateTime t2);
    public extern int CompareTo(object val);
    public static extern int DaysInMonth(int year, int month);
    public static extern bool Equals(DateTime t1, DateTime t2);
    public override extern bool Equals(object obj);
    public static extern DateTime FromUnixTimeSeconds(long seconds);
    public override extern int GetHashCode();
    public static extern DateTime Parse(string s);
    public extern TimeSpan Subtract(DateTime val);
    public extern DateTime Subtract(TimeSpan val);
    public override extern string ToString();
    public extern string ToString(string format);
    public extern long ToUnixTimeSeconds();
    public static extern bool TryParse(string s, out DateTime result);
    public static extern DateTime operator +(DateTime d, TimeSpan t);
    public static extern bool operator ==(DateTime d1, DateTime d2);
    public static extern bool operator >(DateTime t1, DateTime t2);
    public static extern bool operator >=(DateTime t1, DateTime t2);
    public static extern bool operator !=(DateTime t1, DateTime t2);
    public static extern bool operator <(DateTime t1, DateTime t2);
    public static extern bool operator <=(DateTime t1, DateTime t2);
    public static extern TimeSpan operator -(DateTime d1, DateTime d2);
    public static extern DateTime operator -(DateTime d, TimeSpan t);
}

public enum DateTimeKind
{
    Utc = 1,
}

public enum DayOfWeek
{
    Sunday = 0,
    Monday = 1,
    Tuesday = 2,
    Wednesday = 3,
    Thursday = 4,
    Friday = 5,
    Saturday = 6,
}

public abstract class Delegate
{
    public extern MethodInfo Method { get; }
    public extern object Target { get; }
    protected extern Delegate();
    public static extern Delegate Combine(Delegate a, Delegate b);
    public virtual extern Delegate[] GetInvocationList();
    public static extern Delegate Remove(Delegate source, Delegate value);
    public static extern bool operator ==(Delegate d1, Delegate d2);
    public static extern bool operator !=(Delegate d1, Delegate d2);
}

public class EventArgs
{
    public static readonly EventArgs Empty;
    public extern EventArgs();
}

public delegate void EventHandler(object sender, EventArgs e);

public class FlagsAttribute : Attribute
{
    public extern FlagsAttribute();
}

public static class GC
{
    public static extern void ReRegisterForFinalize(object obj);
    public static extern void SuppressFinalize(object obj);
    public static extern void WaitForPendingFinalizers();
}

public interface IAsyncResult
{
}

public interface ICloneable
{
    object Clone();
}

public interface IComparable
{
    int CompareTo(object obj);
}

public interface IDisposable
{
    void Dispose();
}

public abstract class MarshalByRefObject
{
    protected extern MarshalByRefObject();
}

public abstract class MulticastDelegate : Delegate
{
    protected extern MulticastDelegate();
    public static extern bool operator ==(MulticastDelegate d1, MulticastDelegate d2);
    public static extern bool operator !=(MulticastDelegate d1, MulticastDelegate d2);
}

public sealed class ObsoleteAttribute : Attribute
{
    public extern bool IsError { get; }
    public extern string Message { get; }
    public extern ObsoleteAttribute();
    public extern ObsoleteAttribute(string message);
    public extern ObsoleteAttribute(string message, bool error);
}

public sealed class ParamArrayAttribute : Attribute
{
    public extern ParamArrayAttribute();
}

public class Random
{
    public extern Random();
    public extern Random(int seed);
    public virtual extern int Next();
    public virtual extern int Next(int maxValue);
    public virtual extern void NextBytes(byte[] buffer);
    public virtual extern double NextDouble();
}

public struct RuntimeFieldHandle
{
}

public struct RuntimeMethodHandle
{
}

public struct RuntimeTypeHandle
{
}

public readonly ref struct SpanByte
{
    private readonly object _opaque;
    public static extern SpanByte Empty { get; }
    public extern bool IsEmpty { get; }
    public extern byte this[int index] { get; set; }
    public extern int Length { get; }
    public extern SpanByte(byte[] array);
    public extern SpanByte(byte[] array, int start, int length);
    public extern void CopyTo(SpanByte destination);
    public extern SpanByte Slice(int start);
    public extern SpanByte Slice(int start, int length);
    public extern byte[] ToArray();
    public static extern implicit operator SpanByte(byte[] array);
}

public struct TimeSpan
{
    private readonly object _opaque;
    public static readonly TimeSpan MaxValue;
    public static readonly TimeSpan MinValue;
    public const long TicksPerDay = 864000000000;
    public const long TicksPerHour = 36000000000;
    public const long TicksPerMillisecond = 10000;
    public const long TicksPerMinute = 600000000;
    public const long TicksPerSecond = 10000000;
    public static readonly TimeSpan Zero;
    public extern int Days { get; }
    public extern int Hours { get; }
    public extern int Milliseconds { get; }
    public extern int Minutes { get; }
    public extern int Seconds { get; }
    public extern long Ticks { get; }
    public extern double TotalDays { get; }
    public extern double TotalHours { get; }
    public extern double TotalMilliseconds { get; }
    public extern double TotalMinutes { get; }
    public extern double TotalSeconds { get; }
    public extern TimeSpan(int hours, int minutes, int seconds);
    public extern TimeSpan(int days, int hours, int minutes, int seconds);
    public extern TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds);
    public extern TimeSpan(long ticks);
    public extern TimeSpan Add(TimeSpan ts);
    public static extern int Compare(TimeSpan t1, TimeSpan t2);
    public extern int CompareTo(object value);
    public extern TimeSpan Duration();
    public override extern bool Equals(object value);
    public static extern bool Equals(TimeSpan t1, TimeSpan t2);
    public static extern TimeSpan FromDays(long value);
    public static extern TimeSpan FromHours(long value);
    public static extern TimeSpan FromMilliseconds(long value);
    public static extern TimeSpan FromMinutes(long value);
    public static extern TimeSpan FromSeconds(long value);
    public static extern TimeSpan FromTicks(long value);
    public override extern int GetHashCode();
    public extern TimeSpan Negate();
    public extern TimeSpan Subtract(TimeSpan ts);
    public override extern string ToString();
    public static extern TimeSpan operator +(TimeSpan t1, TimeSpan t2);
    public static extern bool operator ==(TimeSpan t1, TimeSpan t2);
    public static extern bool operator >(TimeSpan t1, TimeSpan t2);
    public static extern bool operator >=(TimeSpan t1, TimeSpan t2);
    public static extern bool operator !=(TimeSpan t1, TimeSpan t2);
    public static extern bool operator <(TimeSpan t1, TimeSpan t2);
    public static extern bool operator <=(TimeSpan t1, TimeSpan t2);
    public static extern TimeSpan operator -(TimeSpan t1, TimeSpan t2);
    public static extern TimeSpan operator -(TimeSpan t);
    public static extern TimeSpan operator +(TimeSpan t);
}

public abstract class Type : MemberInfo
{
    public abstract Assembly Assembly { get; }
    public abstract string AssemblyQualifiedName { get; }
    public abstract Type BaseType { get; }
    public override extern Type DeclaringType { get; }
    public abstract string FullName { get; }
    public extern bool IsAbstract { get; }
    public extern bool IsArray { get; }
    public extern bool IsClass { get; }
    public extern bool IsEnum { get; }
    public extern bool IsInterface { get; }
    public extern bool IsNotPublic { get; }
    public extern bool IsPublic { get; }
    public extern bool IsSerializable { get; }
    public extern bool IsValueType { get; }
    protected extern Type();
    public extern ConstructorInfo GetConstructor(Type[] types);
    public extern ConstructorInfo[] GetConstructors();
    public abstract Type GetElementType();
    public extern FieldInfo GetField(string name);
    public abstract FieldInfo GetField(string name, BindingFlags bindingAttr);
    public extern FieldInfo[] GetFields();
    public abstract FieldInfo[] GetFields(BindingFlags bindingAttr);
    public abstract Type[] GetInterfaces();
    public extern MethodInfo GetMethod(string name);
    public extern MethodInfo GetMethod(string name, BindingFlags bindingAttr);
    public extern MethodInfo GetMethod(string name, Type[] types);
    public extern MethodInfo[] GetMethods();
    public abstract MethodInfo[] GetMethods(BindingFlags bindingAttr);
    public static extern Type GetType(string typeName);
    public static extern Type GetTypeFromHandle(RuntimeTypeHandle handle);
    public virtual extern bool IsInstanceOfType(object o);
    public virtual extern bool IsSubclassOf(Type c);
}

public sealed class Version
{
    public extern int Build { get; }
    public extern int Major { get; }
    public extern int Minor { get; }
    public extern int Revision { get; }
    public extern Version(int major, int minor);
    public extern Version(int major, int minor, int build, int revision);
}
