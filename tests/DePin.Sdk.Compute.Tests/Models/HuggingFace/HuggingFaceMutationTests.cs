using System.Buffers.Binary;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Models.HuggingFace;
using DePin.Sdk.Compute.Tests.Inference;
using DePin.Sdk.Compute.Tests.Inference.Kernels;

namespace DePin.Sdk.Compute.Tests.Models.HuggingFace;

/// <summary>Valid folders, damaged at random: opening ends with a model or with the one exception, with bounded memory.</summary>
/// <remarks>Where the system allows it, the byte behind each file lies in a page that may not be touched.</remarks>
public sealed unsafe class HuggingFaceMutationTests
{
    private const int CasesOfEach = 6_000;
    private const int CasesThatRun = 400;

    public static TheoryData<int, string> Seeds => new() { { 1, "llama3" }, { 2, "gemma3" }, { 3, "phi3" }, { 4, "qwen2" } };

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Open_MutatedFolder_GivesAModelOrModelFormatException(int seed, string name)
    {
        var valid = ReadFolder(name);
        var random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < CasesOfEach; i++)
        {
            var files = Mutate(valid, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            accepted += TryOpen(files, Bind) ? 1 : 0;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 1_000_000, $"Case {i} of seed {seed} allocated {allocated} bytes.");
        }

        Assert.InRange(accepted, CasesOfEach / 20, CasesOfEach - 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Forward_MutatedFolderThatLoads_ReadsNothingBehindTheFiles(int seed, string name)
    {
        var valid = ReadFolder(name);
        var random = new Random(100 + seed);
        int accepted = 0;
        for (int i = 0; i < CasesThatRun; i++)
        {
            accepted += TryOpen(Mutate(valid, random), Run) ? 1 : 0;
        }

        Assert.InRange(accepted, CasesThatRun / 20, CasesThatRun - 1);
    }

    private static Dictionary<string, byte[]> ReadFolder(string name)
    {
        string folder = new GoldenModel(name).PathOf("hf");
        return new Dictionary<string, byte[]>
        {
            ["config.json"] = File.ReadAllBytes(Path.Combine(folder, "config.json")),
            ["model.safetensors"] = File.ReadAllBytes(Path.Combine(folder, "model.safetensors")),
            ["generation_config.json"] = """{"eos_token_id": [1, 2], "do_sample": false}"""u8.ToArray(),
            ["tokenizer_config.json"] = """{"chat_template": [{"name": "default", "template": "{{ messages }}"}], "eos_token": "</s>"}"""u8.ToArray(),
        };
    }

    private static Dictionary<string, byte[]> Mutate(Dictionary<string, byte[]> valid, Random random)
    {
        var files = new Dictionary<string, byte[]>(valid);
        string name = random.Next(10) switch { < 4 => "config.json", < 8 => "model.safetensors", 8 => "generation_config.json", _ => "tokenizer_config.json" };
        if (name != "model.safetensors")
        {
            files[name] = JsonMutator.Mutate(valid[name], random);
            return files;
        }

        byte[] content = valid[name];
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(content);
        byte[] table = JsonMutator.Mutate(content.AsSpan(8, header), random);
        byte[] length = BitConverter.GetBytes((ulong)table.Length);
        if (random.Next(8) == 0)
        {
            length[random.Next(8)] = (byte)random.Next(256);
        }

        byte[] file = [.. length, .. table, .. content.AsSpan(8 + header)];
        files[name] = random.Next(6) == 0 ? file[..random.Next(file.Length)] : file;
        return files;
    }

    private static void Bind(ModelFile model)
    {
        _ = new ModelTensors(model);
        _ = model.ChatTemplate;
        _ = ((HuggingFaceModelFile)model).ReadEndTokens();
    }

    private static void Run(ModelFile model)
    {
        Bind(model);
        var options = new ModelRunnerOptions { Threads = 1, ContextLength = 16, MaxBatchTokens = 8, KeyValueMemoryBytes = 16 << 20 };
        using var runner = new CpuModelRunner(model, options);
        runner.Run(runner.OpenSequence(Math.Min(8, runner.ContextLength)), [0, 1]);
    }

    private static bool TryOpen(Dictionary<string, byte[]> files, Action<ModelFile> read)
    {
        List<GuardedMemory> guarded = [];
        FileBytes? Open(string name)
        {
            if (!files.TryGetValue(name, out byte[]? content) || !GuardedMemory.IsSupported)
            {
                return content is null ? null : FileBytes.Copy(content);
            }

            guarded.Add(new GuardedMemory(content));
            return FileBytes.Borrow(guarded[^1].Pointer, content.Length);
        }

        try
        {
            using var model = new HuggingFaceModelFile(new HuggingFaceFolder("/models/mutated", Open), null);
            read(model);
            return true;
        }
        catch (ModelFormatException e)
        {
            Assert.InRange(e.Offset, -1, files.Values.Max(f => f.Length));
            return false;
        }
        catch (InferenceException e)
        {
            Assert.Equal(InferenceErrorCode.OutOfKeyValueMemory, e.Code);
            return false;
        }
        finally
        {
            guarded.ForEach(static g => g.Dispose());
        }
    }
}
