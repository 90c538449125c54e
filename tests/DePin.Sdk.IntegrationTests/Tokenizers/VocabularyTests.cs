using System.Globalization;
using DePin.Sdk.Compute;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.IntegrationTests.Tokenizers;

/// <summary>Our tokenizers against the tokens that llama.cpp's vocabulary tests expect.</summary>
/// <remarks>As there: no tokens at the ends, and markers in the text are text.</remarks>
public sealed class VocabularyTests
{
    private const string Separator = "\n__ggml_vocab_test__\n";

    private static readonly string[] Fragments =
        ["<|endoftext|>", "<|im_end|>", "</s>", "<s>", "<0x41>", "hello", " world", "the", "'ll", "\r\n", "\n\n\n", "    ", "\t\t", "日本語", "é", "e\u0301", "123456"];

    /// <summary>Vocabularies with tests.</summary>
    public static TheoryData<string> Tested =>
    [
        "bert-bge", "command-r", "deepseek-coder", "deepseek-llm", "falcon", "gemma-4", "gpt-2", "llama-bpe", "llama-spm", "mpt", "phi-3", "qwen2", "qwen35",
        "refact", "starcoder",
    ];

    /// <summary>Vocabularies whose files in the Hugging Face layout are known.</summary>
    public static TheoryData<string> Layouts => [.. HuggingFaceLayout.Parts.Keys];

    /// <summary>Vocabularies that come without expected tokens.</summary>
    public static TheoryData<string> Untested => ["aquila", "baichuan", "gpt-neox"];

    /// <summary>Vocabularies of kinds that are not supported, and what the error names: unigram models, which no model of this engine uses.</summary>
    public static TheoryData<string, string> Unsupported => new() { { "nomic-bert-moe", "t5" } };

    [VocabularyTheory]
    [MemberData(nameof(Tested))]
    public async Task Encode_TestsOfAVocabulary_GiveTheExpectedTokens(string name)
    {
        await CheckAsync(name, await ReadAsync(name));
    }

    [VocabularyTheory]
    [MemberData(nameof(Layouts))]
    public async Task Encode_TestsOfAVocabularyInTheOtherLayout_GiveTheExpectedTokens(string name)
    {
        using var file = GgufFile.Open(await PathAsync(name));
        await CheckAsync(name, Tokenizer.ReadHuggingFace(HuggingFaceLayout.Write(file, name)));
    }

    [VocabularyTheory]
    [MemberData(nameof(Tested))]
    [MemberData(nameof(Untested))]
    public async Task Decode_OfEncodedRandomText_IsTheText(string name)
    {
        var tokenizer = await ReadAsync(name);
        var random = new Random(1);
        for (int i = 0; i < 400; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => RandomPiece(random)));
            int[] tokens = tokenizer.Encode(text);
            if (name != "bert-bge")
            {
                Assert.DoesNotContain(tokens, t => tokenizer.GetBytes(t).IsEmpty);
                Assert.Equal(text, tokenizer.Decode(tokens));
            }
        }
    }

    [VocabularyTheory]
    [MemberData(nameof(Unsupported))]
    public async Task Read_UnsupportedKind_SaysWhich(string name, string kind)
    {
        var error = await Assert.ThrowsAsync<ModelFormatException>(() => ReadAsync(name));
        Assert.Contains($"'{kind}'", error.Message, StringComparison.Ordinal);
    }

    private static async Task CheckAsync(string name, Tokenizer tokenizer)
    {
        string path = await PathAsync(name);
        string[] outputs = await File.ReadAllLinesAsync(path + ".out");

        // Nothing after the last separator is no test.
        string[] inputs = [.. (await File.ReadAllTextAsync(path + ".inp")).Split(Separator).Take(outputs.Length)];
        Assert.Equal(outputs.Length, inputs.Length);
        for (int i = 0; i < inputs.Length; i++)
        {
            int[] expected = [.. outputs[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => int.Parse(t, CultureInfo.InvariantCulture))];
            int[] actual = tokenizer.Encode(inputs[i]);
            Assert.True(expected.SequenceEqual(actual), $"'{inputs[i]}' gives {Show(tokenizer, actual)}, not {Show(tokenizer, expected)}.");
            if (name != "bert-bge")
            {
                Assert.Equal(inputs[i], tokenizer.Decode(actual));
            }
        }
    }

    private static async Task<string> PathAsync(string name) => Path.Combine(await VocabularyFiles.GetFolderAsync(), $"ggml-vocab-{name}.gguf");

    private static async Task<Tokenizer> ReadAsync(string name)
    {
        using var file = GgufFile.Open(await PathAsync(name));
        return Tokenizer.Read(file);
    }

    // Some vocabularies have no tokens for the first bytes of planes that hold no characters, nor for control characters.
    private static string RandomPiece(Random random) => random.Next(6) switch
    {
        0 => Fragments[random.Next(Fragments.Length)],
        1 => ((char)random.Next(0x20, 0x7F)).ToString(),
        2 => ((char)random.Next(0xA0, 0x2580)).ToString(),
        3 => ((char)random.Next(0x2582, 0xD800)).ToString(),
        4 => char.ConvertFromUtf32(random.Next(0x10000, 0x40000)),
        _ => new string((char)random.Next(0x20, 0x30), random.Next(1, 30)),
    };

    private static string Show(Tokenizer tokenizer, int[] tokens) => string.Join(' ', tokens.Select(t => $"{t}:{tokenizer.GetName(t)}"));
}
