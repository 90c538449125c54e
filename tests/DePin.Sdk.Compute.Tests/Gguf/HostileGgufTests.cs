using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests.Gguf;

/// <summary>Files that lie: each gives one exception that says where, and no memory in proportion to the lie.</summary>
public sealed class HostileGgufTests
{
    private static readonly byte[] SomeRow = new byte[128];

    public static TheoryData<string, byte[], string> Lies
    {
        get
        {
            var data = new TheoryData<string, byte[], string>();
            void Add(string name, byte[] file, string message) => data.Add(name, file, message);
            void AddEntry(string name, uint type, byte[] payload, string message) => Add(name, new GgufBuilder().AddRaw("k", type, payload).Build(), message);
            void AddTensor(string name, GgufTensorType type, ulong[] shape, string message) =>
                Add(name, new GgufBuilder().AddTensor("t", type, shape, SomeRow).Build(), message);

            Add("magic", "GGML________________________"u8.ToArray(), "not a GGUF file");
            Add("version 1", new GgufBuilder { Version = 1 }.Build(), "version 1");
            Add("big endian", new GgufBuilder { Version = 0x03000000 }.Build(), "big-endian");
            Add("tensor count", new GgufBuilder { TensorCount = ulong.MaxValue }.Build(), "tensors");
            Add("tensor count within long", new GgufBuilder { TensorCount = 1L << 40 }.Build(), "tensors");
            Add("entry count", new GgufBuilder { EntryCount = ulong.MaxValue }.Build(), "metadata entries");
            Add("entries missing", new GgufBuilder { EntryCount = 1 }.Build(), "metadata entries");
            AddEntry("unknown type", 13, new byte[16], "value type 13");
            AddEntry("text length", 8, BitConverter.GetBytes(ulong.MaxValue), "bytes of text");
            AddEntry("text length beyond end", 8, [.. BitConverter.GetBytes(1000UL), 65], "bytes of text");
            AddEntry("text not UTF-8", 8, [.. BitConverter.GetBytes(2UL), 0xC3, 0x28], "UTF-8");
            AddEntry("boolean", 7, [2], "boolean");
            AddEntry("array count", 9, GgufBuilder.Array(4, ulong.MaxValue), "array elements");
            AddEntry("array count that overflows", 9, GgufBuilder.Array(12, (1UL << 61) + 1), "array elements");
            AddEntry("array of texts", 9, GgufBuilder.Array(8, 1000), "array elements");
            AddEntry("array element type", 9, GgufBuilder.Array(99, 1, [0]), "element type 99");
            AddEntry("nested arrays", 9, Nested(10_000), "nested deeper");
            Add("empty key", new GgufBuilder().AddRaw("", 0, [1]).Build(), "key is empty");
            Add("key not UTF-8", new GgufBuilder().AddRaw([0xFF, 0xFE], 0, [1]).Build(), "UTF-8");
            Add("long key", new GgufBuilder().AddRaw(new string('k', 70_000), 0, [1]).Build(), "at most 65535");
            Add("key twice", new GgufBuilder().Add("k", 1).Add("k", 2).Build(), "appears twice");
            Add("alignment 0", new GgufBuilder().Add("general.alignment", 0u).Build(), "alignment 0");
            Add("alignment 24", new GgufBuilder().Add("general.alignment", 24u).Build(), "alignment 24");
            Add("alignment huge", new GgufBuilder().Add("general.alignment", 1u << 31).Build(), "alignment");
            Add("alignment type", new GgufBuilder().Add("general.alignment", "32").Build(), "alignment");
            AddTensor("no dimensions", GgufTensorType.F32, [], "0 dimensions");
            AddTensor("five dimensions", GgufTensorType.F32, [1, 1, 1, 1, 1], "5 dimensions");
            AddTensor("extent 0", GgufTensorType.F32, [0], "extent 0");
            AddTensor("extent huge", GgufTensorType.F32, [ulong.MaxValue], "extent");
            AddTensor("product overflows", GgufTensorType.F32, [int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue], "beyond the end");
            AddTensor("product overflows to 0", GgufTensorType.F32, [1 << 30, 1 << 30, 1 << 4, 1], "beyond the end");
            AddTensor("too long", GgufTensorType.F32, [33], "beyond the end");
            AddTensor("unknown tensor type", (GgufTensorType)10, [32], "Q2_K");
            AddTensor("blocks", GgufTensorType.Q8_0, [33], "blocks of 32");
            Add("tensor twice", new GgufBuilder().AddTensor("t", [1], [1]).AddTensor("t", [1], [1]).Build(), "appears twice");
            Add("tensor name empty", new GgufBuilder().AddTensor("", [1], [1]).Build(), "empty name");
            Add("tensor name long", new GgufBuilder().AddTensor(new string('t', 65), [1], [1]).Build(), "at most 64");
            Add("overlap", new GgufBuilder().AddTensor("t", [64], new float[64]).AddTensor("u", [8], new float[8]).Build((_, _) => 0), "overlaps");
            Add("misaligned", new GgufBuilder().AddTensor("t", [1], [1]).Build((_, _) => 4), "multiple of the alignment");
            Add("out of range", new GgufBuilder().AddTensor("t", [1], [1]).Build((_, _) => 1 << 20), "beyond the end");
            Add("offset overflows", new GgufBuilder().AddTensor("t", [1], [1]).Build((_, _) => ulong.MaxValue - 31), "beyond the end");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public void Parse_Lie_ThrowsWithOffsetAndAllocatesLittle(string name, byte[] file, string message)
    {
        Assert.NotEmpty(name);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<ModelFormatException>(() => GgufFile.Parse(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000 + (8L * file.Length));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Offset, 0, file.Length);
    }

    [Fact]
    public void Parse_EveryTruncation_ThrowsModelFormatException()
    {
        byte[] file = new TinyModel { Layers = 1 }.Build().Build();
        int headerBytes = 12_000;
        for (int length = 0; length < headerBytes; length++)
        {
            Assert.Throws<ModelFormatException>(() => GgufFile.Parse(file.AsSpan(0, length)));
        }

        Assert.Throws<ModelFormatException>(() => GgufFile.Parse(file.AsSpan(0, file.Length - 129)));
    }

    [Theory]
    [InlineData("llama.embedding_length", 33u, "token_embd.weight")]
    [InlineData("llama.feed_forward_length", 65u, "blk.0.ffn_gate.weight")]
    [InlineData("llama.block_count", 2u, "blk.1.attn_norm.weight")]
    [InlineData("llama.block_count", 4_000_000_000u, "llama.block_count")]
    [InlineData("llama.block_count", 0u, "llama.block_count")]
    [InlineData("llama.attention.head_count", 0u, "llama.attention.head_count")]
    [InlineData("llama.attention.head_count_kv", 3u, "llama.attention.head_count_kv")]
    [InlineData("llama.attention.head_count_kv", 4u, "blk.0.attn_k.weight")]
    [InlineData("llama.attention.key_length", 16u, "blk.0.attn_q.weight")]
    [InlineData("llama.attention.value_length", 4u, "llama.attention.value_length")]
    [InlineData("llama.rope.dimension_count", 7u, "llama.rope.dimension_count")]
    [InlineData("llama.rope.dimension_count", 16u, "llama.rope.dimension_count")]
    [InlineData("llama.context_length", 0u, "llama.context_length")]
    [InlineData("llama.context_length", uint.MaxValue, "llama.context_length")]
    [InlineData("llama.rope.freq_base", float.NaN, "llama.rope.freq_base")]
    [InlineData("llama.rope.scaling.type", "dynamic", "llama.rope.scaling.type")]
    [InlineData("general.architecture", "mamba", "general.architecture")]
    [InlineData("tokenizer.ggml.model", "t5", "tokenizer.ggml.model")]
    [InlineData("tokenizer.ggml.pre", "unheard-of", "tokenizer.ggml.pre")]
    [InlineData("tokenizer.ggml.eos_token_id", 5000u, "tokenizer.ggml.eos_token_id")]
    [InlineData("tokenizer.chat_template", "{% if x %}", "tokenizer.chat_template")]
    public void Load_WrongHyperParameter_NamesWhatDoesNotFit(string key, object value, string subject)
    {
        byte[] file = Replace(new TinyModel(), key, value);
        var error = Assert.Throws<ModelFormatException>(() => LocalModel.Create(ModelFile.FromGguf(GgufFile.Parse(file))).Dispose());
        Assert.Equal(subject, error.Subject);
        Assert.Contains(subject, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ContextLengthThatLies_ReservesNothing()
    {
        byte[] file = Replace(new TinyModel(), "llama.context_length", 1u << 26);
        using var model = LocalModel.Create(ModelFile.FromGguf(GgufFile.Parse(file)), TestFiles.Options());
        Assert.Equal(1 << 26, model.ContextLength);
    }

    /// <summary>The model with one metadata value in place of another; the first of two equal keys is renamed out of the way.</summary>
    private static byte[] Replace(TinyModel model, string key, object value)
    {
        byte[] file = model.Build().Add(key, value).Build();
        byte[] name = System.Text.Encoding.UTF8.GetBytes(key);
        int first = file.AsSpan().IndexOf(name);
        if (file.AsSpan(first + 1).IndexOf(name) >= 0)
        {
            file[first] = (byte)'X';
        }

        return file;
    }

    private static byte[] Nested(int depth)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < depth; i++)
        {
            bytes.AddRange(GgufBuilder.Array(9, 1));
        }

        bytes.AddRange(GgufBuilder.Array(0, 0));
        return [.. bytes];
    }
}
