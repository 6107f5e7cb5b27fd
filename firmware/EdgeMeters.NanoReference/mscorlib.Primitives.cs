// mscorlib, Version=1.17.11.0, NativeVersion=100.5.0.24
// Package nanoFramework.CoreLibrary 1.17.11. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/CoreLibrary.

using System.Collections;
using System.Runtime.CompilerServices;

namespace System;

public abstract class Array : ICloneable, IList, ICollection, IEnumerable
{
    public extern bool IsFixedSize { get; }
    public extern bool IsReadOnly { get; }
    public extern bool IsSynchronized { get; }
    public extern int Length { get; }
    public extern object SyncRoot { get; }
    protected extern Array();
    public static extern int BinarySearch(Array array, int index, int length, object value, IComparer comparer);
    public static extern int BinarySearch(Array array, object value, IComparer comparer);
    public static extern void Clear(Array array, int index, int length);
    public extern object Clone();
    public static extern void Copy(Array sourceArray, Array destinationArray, int length);
    public static extern void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length);
    public extern void CopyTo(Array array, int index);
    public static extern Array CreateInstance(Type elementType, int length);
    public extern IEnumerator GetEnumerator();
    public extern object GetValue(int index);
    public static extern int IndexOf(Array array, object value);
    public static extern int IndexOf(Array array, object value, int startIndex);
    public static extern int IndexOf(Array array, object value, int startIndex, int count);
    extern int IList.Add(object value);
    extern void IList.Clear();
    extern bool IList.Contains(object value);
    extern int IList.IndexOf(object value);
    extern void IList.Insert(int index, object value);
    extern void IList.Remove(object value);
    extern void IList.RemoveAt(int index);
    extern object IList.this[int index] { get; set; }
    extern int ICollection.Count { get; }
}

public struct Boolean
{
    public static readonly string FalseString;
    public static readonly string TrueString;
    public override extern string ToString();
}

public struct Byte
{
    public const byte MaxValue = 255;
    public const byte MinValue = 0;
    public static extern byte Parse(string s);
    public override extern string ToString();
    public extern string ToString(string format);
    public static extern bool TryParse(string s, out byte result);
}

public struct Char
{
    public const char MaxValue = '\uFFFF';
    public const char MinValue = '\u0000';
    public extern char ToLower();
    public override extern string ToString();
    public extern char ToUpper();
}

public struct Double
{
    public const double Epsilon = 5E-324;
    public const double MaxValue = 1.7976931348623157E+308;
    public const double MinValue = -1.7976931348623157E+308;
    public const double NaN = 0.0 / 0.0;
    public const double NegativeInfinity = -1.0 / 0.0;
    public const double PositiveInfinity = 1.0 / 0.0;
    public extern int CompareTo(double value);
    public static extern bool IsInfinity(double d);
    public static extern bool IsNaN(double d);
    public static extern bool IsNegativeInfinity(double d);
    public static extern bool IsPositiveInfinity(double d);
    public static extern double Parse(string s);
    public override extern string ToString();
    public extern string ToString(string format);
    public static extern bool TryParse(string s, out double result);
}

public abstract class Enum : ValueType
{
    protected extern Enum();
    public extern bool HasFlag(Enum flag);
}

public struct Int16
{
    public const short MaxValue = 32767;
    public const short MinValue = -32768;
    public static extern short Parse(string s);
    public override extern string ToString();
    public extern string ToString(string format);
    public static extern bool TryParse(string s, out short result);
}

public struct Int32
{
    public const int MaxValue = 2147483647;
    public const int MinValue = -2147483648;
    public static extern int Parse(string s);
    public override extern string ToString();
    public extern string ToString(string format);
    public static extern bool TryParse(string s, out int result);
}

public struct Int64
{
    public const long MaxValue = 9223372036854775807;
    public const long MinValue = -9223372036854775808;
    public static extern long Parse(string s);
    public override extern string ToString();
    public extern string ToString(string format);
    public static extern bool TryParse(string s, out long result);
}

public struct IntPtr
{
}

public class Object
{
    public extern Object();
    public virtual extern bool Equals(object obj);
    public static extern bool Equals(object objA, object objB);
    public virtual extern int GetHashCode();
    public extern Type GetType();
    protected extern object MemberwiseClone();
    public static extern bool ReferenceEquals(object objA, object objB);
    public virtual extern string ToString();
}

public struct SByte
{
    public const sbyte MaxValue = 127;
    public const sbyte MinValue = -128;
    public static extern sbyte Parse(string s);
    public override extern string ToString();
    public extern string ToString(string format);
    public static extern bool TryParse(string s, out sbyte result);
}

public struct Single
{
    public const float Epsilon = 1E-45f;
    public const float MaxValue = 3.4028235E+38f;
    public const float MinValue = -3.4028235E+38f;
    public const float NaN = 0.0f / 0.0f;
    public const float NegativeInfinity = -1.0f / 0.0f;
    public const float PositiveInfinity = 1.0f / 0.0f;
    public extern int CompareTo(float value);
    public static extern bool IsInfinity(float f);
    public static extern bool IsNaN(float f);
    public static extern bool IsNegativeInfinity(float f);
    public static extern bool IsPositiveInfinity(float f);
    public static extern float Parse(string s);
    public override extern string ToString();
    public extern string ToString(string format);
    public static extern bool TryParse(string s, out float result);
}

public sealed class String : IComparable, IEnumerable
{
    public static readonly string Empty;
    [IndexerName("Chars")]
    public extern char this[int index] { get; }
    public extern int Length { get; }
    public extern String(char c, int count);
    public extern String(char[] value);
    public extern String(char[] value, int startIndex, int length);
    public static extern int Compare(string strA, string strB);
    public extern int CompareTo(object value);
    public extern int CompareTo(string strB);
    public static extern string Concat(object arg0);
    public static extern string Concat(object arg0, object arg1);
    public static extern string Concat(object arg0, object arg1, object arg2);
    public static extern string Concat(params object[] args);
    public static extern string Concat(string str0, string str1);
    public static extern string Concat(string str0, string str1, string str2);
    public static extern string Concat(string str0, string str1, string str2, string str3);
    public static extern string Concat(params string[] values);
    public extern bool Contains(string value);
    public extern bool EndsWith(string value);
    public static extern bool Equals(string a, string b);
    public static extern string Format(string format, params object[] args);
    public extern IEnumerator GetEnumerator();
    public extern int IndexOf(char value);
    public extern int IndexOf(char value, int startIndex);
    public extern int IndexOf(char value, int startIndex, int count);
    public extern int IndexOf(string value);
    public extern int IndexOf(string value, int startIndex);
    public extern int IndexOf(string value, int startIndex, int count);
    public extern int IndexOfAny(char[] anyOf);
    public extern int IndexOfAny(char[] anyOf, int startIndex);
    public extern int IndexOfAny(char[] anyOf, int startIndex, int count);
    public static extern string Intern(string str);
    public static extern string IsInterned(string str);
    public static extern bool IsNullOrEmpty(string value);
    public extern int LastIndexOf(char value);
    public extern int LastIndexOf(char value, int startIndex);
    public extern int LastIndexOf(char value, int startIndex, int count);
    public extern int LastIndexOf(string value);
    public extern int LastIndexOf(string value, int startIndex);
    public extern int LastIndexOf(string value, int startIndex, int count);
    public extern int LastIndexOfAny(char[] anyOf);
    public extern int LastIndexOfAny(char[] anyOf, int startIndex);
    public extern int LastIndexOfAny(char[] anyOf, int startIndex, int count);
    public extern string PadLeft(int totalWidth, char paddingChar = ' ');
    public extern string PadRight(int totalWidth, char paddingChar = ' ');
    public extern string[] Split(params char[] separator);
    public extern string[] Split(char[] separator, int count);
    public extern bool StartsWith(string value);
    public extern string Substring(int startIndex);
    public extern string Substring(int startIndex, int length);
    public extern char[] ToCharArray();
    public extern char[] ToCharArray(int startIndex, int length);
    public extern string ToLower();
    public extern string ToUpper();
    public extern string Trim();
    public extern string Trim(params char[] trimChars);
    public extern string TrimEnd(params char[] trimChars);
    public extern string TrimStart(params char[] trimChars);
    public static extern bool operator ==(string a, string b);
    public static extern bool operator !=(string a, string b);
}

public struct UInt16
{
    public const ushort MaxValue = 65535;
    public const ushort MinValue = 0;
    public static extern ushort Parse(string s);
    public override extern string ToString();
    public extern string ToString(string format);
    public static extern bool TryParse(string s, out ushort result);
}

public struct UInt32
{
    public const uint MaxValue = 4294967295;
    public const uint MinValue = 0;
    public static extern uint Parse(string s);
    public override extern string ToString();
    public extern string ToString(string format);
    public static extern bool TryParse(string s, out uint result);
}

public struct UInt64
{
    public const ulong MaxValue = 18446744073709551615;
    public const ulong MinValue = 0;
    public static extern ulong Parse(string s);
    public override extern string ToString();
    public extern string ToString(string format);
    public static extern bool TryParse(string s, out ulong result);
}

public struct UIntPtr
{
}

public abstract class ValueType
{
    protected extern ValueType();
}

public struct Void
{
}
