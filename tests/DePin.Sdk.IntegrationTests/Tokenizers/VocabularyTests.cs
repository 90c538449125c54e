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
    [MemberData(nameof(Untested))]
    public async Task Decode_OfEncoded_IsTheText(string name)
    {
        var tokenizer = await ReadAsync(name);
        string inputs = await File.ReadAllTextAsync(await PathAsync("gpt-2") + ".inp");
        Assert.Equal(inputs, tokenizer.Decode(tokenizer.Encode(inputs)));
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

    private static string Show(Tokenizer tokenizer, int[] tokens) => string.Join(' ', tokens.Select(t => $"{t}:{tokenizer.GetName(t)}"));
}
