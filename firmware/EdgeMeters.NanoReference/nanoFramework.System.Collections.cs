// nanoFramework.System.Collections, Version=1.5.75.0, NativeVersion=100.0.2.0
// Package nanoFramework.System.Collections 1.5.75. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/nanoFramework.System.Collections.

namespace System.Collections;

public class DictionaryEntry
{
    public object Key;
    public object Value;
    public extern DictionaryEntry(object key, object value);
}

public class Hashtable : ICloneable, IDictionary, ICollection, IEnumerable
{
    public extern int Count { get; }
    public extern bool IsFixedSize { get; }
    public extern bool IsReadOnly { get; }
    public extern bool IsSynchronized { get; }
    public extern object this[object key] { get; set; }
    public extern ICollection Keys { get; }
    public extern object SyncRoot { get; }
    public extern ICollection Values { get; }
    public extern Hashtable();
    public extern Hashtable(int capacity);
    public extern Hashtable(int capacity, float loadFactor);
    public extern void Add(object key, object value);
    public extern void Clear();
    public extern object Clone();
    public extern bool Contains(object key);
    public extern void CopyTo(Array array, int arrayIndex);
    public extern IEnumerator GetEnumerator();
    public extern void Remove(object key);
}

public interface IDictionary : ICollection, IEnumerable
{
    bool IsFixedSize { get; }
    bool IsReadOnly { get; }
    object this[object key] { get; set; }
    ICollection Keys { get; }
    ICollection Values { get; }
    void Add(object key, object value);
    void Clear();
    bool Contains(object key);
    void Remove(object key);
}

public class Queue : ICollection, IEnumerable, ICloneable
{
    public virtual extern int Count { get; }
    public virtual extern bool IsSynchronized { get; }
    public virtual extern object SyncRoot { get; }
    public extern Queue();
    public virtual extern void Clear();
    public virtual extern object Clone();
    public virtual extern bool Contains(object obj);
    public virtual extern void CopyTo(Array array, int index);
    public virtual extern object Dequeue();
    public virtual extern void Enqueue(object obj);
    public virtual extern IEnumerator GetEnumerator();
    public virtual extern object Peek();
    public virtual extern object[] ToArray();
}
