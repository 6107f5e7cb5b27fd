using System.Reflection;
using System.Runtime.Loader;
using EdgeMeters.Metering;
using EdgeMeters.Wire;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using FieldAttributes = Mono.Cecil.FieldAttributes;
using MethodBody = Mono.Cecil.Cil.MethodBody;
using TypeAttributes = Mono.Cecil.TypeAttributes;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>The core's assemblies with a counter at the head of every basic block, loaded beside the true ones: counts the IL instructions that run.</summary>
/// <remarks>
/// The instructions are those of the C# compiler, which nanoFramework's tools translate one to one. A block that an exception leaves half-way is
/// counted whole. What runs outside the core, in ports, the runtime or the MAC, is not counted; on the chip most of it is native.
/// </remarks>
internal sealed class CountedCore : AssemblyLoadContext
{
    private const string CounterType = "Executed";
    private const string CounterField = "Instructions";

    private readonly Dictionary<string, byte[]> _rewritten = [];
    private readonly Func<long> _instructions;

    public CountedCore()
        : base(isCollectible: true)
    {
        using AssemblyDefinition wire = AssemblyDefinition.ReadAssembly(typeof(Limits).Assembly.Location);
        FieldDefinition counter = AddCounter(wire.MainModule);
        Rewrite(wire, counter);
        using AssemblyDefinition metering = AssemblyDefinition.ReadAssembly(typeof(NodeCore).Assembly.Location);
        Rewrite(metering, counter);
        string tests = typeof(CountedCore).Assembly.Location;
        _rewritten[typeof(CountedCore).Assembly.GetName().Name!] = File.ReadAllBytes(tests);
        Assembly counted = LoadFromAssemblyName(new AssemblyName(wire.Name.FullName));
        FieldInfo field = counted.GetType(CounterType, throwOnError: true)!.GetField(CounterField)!;
        _instructions = () => (long)field.GetValue(null)!;
    }

    /// <summary>Runs a static method of this test program, as it is over the counted core.</summary>
    /// <param name="method">A method that takes what reads the counter, and what takes results: a name and a number.</param>
    public void Run(MethodInfo method, Action<string, long> tell)
    {
        Assembly tests = LoadFromAssemblyName(typeof(CountedCore).Assembly.GetName());
        MethodInfo counted = tests.GetType(method.DeclaringType!.FullName!, throwOnError: true)!.GetMethod(method.Name)!;
        counted.Invoke(null, [_instructions, tell]);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        return _rewritten.TryGetValue(assemblyName.Name!, out byte[]? bytes) ? LoadFromStream(new MemoryStream(bytes)) : null;
    }

    private static FieldDefinition AddCounter(ModuleDefinition module)
    {
        TypeSystem system = module.TypeSystem;
        TypeDefinition type = new("", CounterType, TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed, system.Object);
        FieldDefinition field = new(CounterField, FieldAttributes.Public | FieldAttributes.Static, system.Int64);
        type.Fields.Add(field);
        module.Types.Add(type);
        return field;
    }

    private void Rewrite(AssemblyDefinition assembly, FieldDefinition counter)
    {
        FieldReference field = assembly.MainModule.ImportReference(counter);
        foreach (MethodDefinition method in assembly.MainModule.GetAllTypes().SelectMany(type => type.Methods).Where(method => method.HasBody))
            Rewrite(method.Body, field);
        using MemoryStream stream = new();
        assembly.Write(stream);
        _rewritten[assembly.Name.Name] = stream.ToArray();
    }

    private static void Rewrite(MethodBody body, FieldReference field)
    {
        body.SimplifyMacros();
        Dictionary<Instruction, int> blocks = BlocksOf(body);
        Dictionary<Instruction, Instruction> heads = [];
        ILProcessor il = body.GetILProcessor();
        foreach ((Instruction first, int length) in blocks)
        {
            Instruction head = il.Create(OpCodes.Ldsfld, field);
            il.InsertBefore(first, head);
            il.InsertBefore(first, il.Create(OpCodes.Ldc_I4, length));
            il.InsertBefore(first, il.Create(OpCodes.Conv_I8));
            il.InsertBefore(first, il.Create(OpCodes.Add));
            il.InsertBefore(first, il.Create(OpCodes.Stsfld, field));
            heads[first] = head;
        }
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
                instruction.Operand = heads[target];
            else if (instruction.Operand is Instruction[] targets)
                instruction.Operand = targets.Select(one => heads[one]).ToArray();
        }
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            handler.TryStart = heads[handler.TryStart];
            handler.TryEnd = heads[handler.TryEnd];
            handler.HandlerStart = heads[handler.HandlerStart];
            handler.HandlerEnd = handler.HandlerEnd == null ? null : heads[handler.HandlerEnd];
        }
        body.OptimizeMacros();
    }

    // A block begins where a jump or a handler may lead, and behind every jump; within it, all run or none.
    private static Dictionary<Instruction, int> BlocksOf(MethodBody body)
    {
        HashSet<Instruction> starts = [body.Instructions[0]];
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
                starts.Add(target);
            else if (instruction.Operand is Instruction[] targets)
                starts.UnionWith(targets);
            bool isEnd = instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw;
            if (isEnd && instruction.Next != null)
                starts.Add(instruction.Next);
        }
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
            starts.UnionWith(new[] { handler.TryStart, handler.TryEnd, handler.HandlerStart, handler.HandlerEnd }.OfType<Instruction>());
        Dictionary<Instruction, int> blocks = [];
        Instruction first = body.Instructions[0];
        foreach (Instruction instruction in body.Instructions)
        {
            if (starts.Contains(instruction))
                first = instruction;
            blocks[first] = blocks.GetValueOrDefault(first) + 1;
        }
        return blocks;
    }
}
