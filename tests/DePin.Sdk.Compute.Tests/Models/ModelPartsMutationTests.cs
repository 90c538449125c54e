using System.Buffers.Binary;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Models.Adapters;
using DePin.Sdk.Compute.Models.HuggingFace;
using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tests.Models.Adapters;
using DePin.Sdk.Compute.Tests.Models.HuggingFace;

namespace DePin.Sdk.Compute.Tests.Models;

/// <summary>Shards, indexes, adapters and K-quants, damaged at random: all end with a result or with the one exception, in bounded memory.</summary>
public sealed class ModelPartsMutationTests : IDisposable
{
    private const int Cases = 4_000;

    private readonly TinyFolder _folder = new(new TinyModel(), shards: 3);
    private readonly ModelFile _model;

    public ModelPartsMutationTests() => _model = ModelFile.FromGguf(GgufFile.Parse(_folder.Content));

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void GgufShards_Mutated(int seed)
    {
        byte[][] shards = new TinyModel { Layers = 2 }.Build().BuildShards(3);
        Run(seed, random =>
        {
            byte[][] files = [.. shards];
            int damaged = random.Next(3);
            files[damaged] = random.Next(10) == 0 ? shards[random.Next(3)] : Mutate(shards[damaged], random);
            string Name(int i) => $"m-0000{i + 1}-of-00003.gguf";
            using var model = GgufShards.Open(Name(random.Next(3)), path =>
            {
                int index = Array.FindIndex([0, 1, 2], i => Name(i) == path);
                return index >= 0 ? GgufFile.Parse(files[index]) : throw new FileNotFoundException("no such file", path);
            });
            _ = new ModelTensors(model);
        });
    }

    [Fact]
    public void SafetensorsIndex_Mutated()
    {
        using var valid = _folder.Open();
        byte[] index = _folder.Files["model.safetensors.index.json"];
        Run(3, random =>
        {
            byte[] damaged = JsonMutator.Mutate(index, random);
            var folder = new HuggingFaceFolder("/m", name => name == "model.safetensors.index.json" ? FileBytes.Copy(damaged) : _folder.Folder.Open(name));
            using var model = new HuggingFaceModelFile(folder, null);
            _ = new ModelTensors(model);
        });
    }

    [Fact]
    public void GgufAdapter_Mutated()
    {
        byte[] valid = LoraAdapterTests.GgufAdapter().Build();
        Run(4, random =>
        {
            using var file = GgufFile.Parse(Mutate(valid, random));
            _ = GgufAdapterReader.Read(file, _model, 1);
        });
    }

    [Fact]
    public void PeftAdapter_Mutated()
    {
        byte[] config = """{"peft_type":"LORA","r":4,"lora_alpha":8,"use_rslora":false,"alpha_pattern":{"down_proj":3},"bias":"none"}"""u8.ToArray();
        byte[] weights = LoraAdapterTests.PeftWeights();
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(weights);
        Run(5, random =>
        {
            byte[] settings = random.Next(2) == 0 ? JsonMutator.Mutate(config, random) : config;
            byte[] table = settings == config ? JsonMutator.Mutate(weights.AsSpan(8, header), random) : weights[8..(8 + header)];
            byte[] file = [.. BitConverter.GetBytes((ulong)table.Length), .. table, .. weights.AsSpan(8 + header)];
            var folder = new HuggingFaceFolder("/a", name => FileBytes.Copy(name == PeftReader.ConfigFile ? settings : file));
            _ = PeftReader.Read(folder, _model, 1);
        });
    }

    [Fact]
    public void KQuants_Mutated()
    {
        var builder = new GgufBuilder();
        foreach (var (type, bytes) in ((GgufTensorType, int)[])[(GgufTensorType.Q4_K, 144), (GgufTensorType.Q5_K, 176), (GgufTensorType.Q6_K, 210)])
        {
            byte[] blocks = new byte[6 * bytes];
            new Random(1).NextBytes(blocks);
            builder.AddTensor($"tensor.{type}", type, [512, 3], blocks);
        }

        byte[] valid = builder.Build();
        Run(6, random =>
        {
            using var file = GgufFile.Parse(Mutate(valid, random));
            foreach (var tensor in file.Tensors.Values)
            {
                // Rows that the shape claims are all there; a damaged shape has at most as many elements as the file has bits.
                Assert.True(tensor.Columns * tensor.Rows <= 8L * valid.Length);
                file.ReadRows(tensor, tensor.Rows - 1, new float[tensor.Columns]);
            }
        });
    }

    private static byte[] Mutate(byte[] valid, Random random)
    {
        int header = Math.Max(64, valid.AsSpan().LastIndexOf("lora_b"u8) + 64);
        return GgufMutator.Mutate(valid, Math.Min(valid.Length, header > 100 ? header : 1500), random);
    }

    private static void Run(int seed, Action<Random> read)
    {
        var random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < Cases; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(random);
                accepted++;
            }
            catch (ModelFormatException e)
            {
                Assert.InRange(e.Offset, -1, 1 << 20);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 2_000_000, $"Case {i} of seed {seed} allocated {allocated} bytes.");
        }

        Assert.InRange(accepted, 1, Cases - 1);
    }
}
