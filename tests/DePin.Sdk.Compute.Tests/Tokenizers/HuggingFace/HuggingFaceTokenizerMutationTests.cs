using System.Text;
using DePin.Sdk.Compute.Tokenizers;
using static DePin.Sdk.Compute.Tests.Tokenizers.HuggingFace.HuggingFaceFiles;

namespace DePin.Sdk.Compute.Tests.Tokenizers.HuggingFace;

/// <summary>Valid small files, damaged at random: reading and encoding end with a result or with the one exception, with bounded memory.</summary>
public sealed class HuggingFaceTokenizerMutationTests
{
    private const int CasesOfEach = 5_000;

    private static readonly string[] Texts =
    [
        "hello world's 1234 Ünïcödé 日本語 😀\r\n\t x <|im_end|> <s>[CLS]", "▁▁ hello", "\uD800 lone", "a\u0301\u0001\u2028", "'ll 'S <0x0A>", " ", "",
    ];

    private static readonly string[] Words =
    [
        "null", "true", "[]", "{}", "\"\"", "-1", "1e99", "4194303", "2147483648", "\"ByteLevel\"", "\"Split\"", "\"Metaspace\"", "\"Sequence\"", "\"WordPiece\"",
        "\"BPE\"", "\"Strip\"", "\"Removed\"", "\"MergedWithNext\"", "\"\\ud800\"", "{\"Regex\":\"(a*)*b|\\\\s+\"}", "{\"String\":\"e\"}", "\"Digits\"", "\"Whitespace\"",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_MutatedFile_GivesATokenizerOrModelFormatException(int seed)
    {
        byte[] valid = Encoding.UTF8.GetBytes(seed switch
        {
            1 => Bpe(added: ", " + Added(400, "WORD", special: false)),
            2 => Bpe("""{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{L}+(?!x)|\\s+"},"behavior":"Isolated"},{"type":"ByteLevel"}]}"""),
            3 => Spm(LlamaNormalizer, LlamaDecoder),
            _ => WordPiece(),
        });
        var random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < CasesOfEach; i++)
        {
            byte[] file = Mutate(valid, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            accepted += TryUse(file) ? 1 : 0;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 8_000_000 + (200L * file.Length), $"Case {i} of seed {seed} allocated {allocated} bytes for a file of {file.Length}.");
        }

        Assert.InRange(accepted, 1, CasesOfEach - 1);
    }

    private static bool TryUse(byte[] json)
    {
        try
        {
            var tokenizer = Tokenizer.ReadHuggingFace(json, "{\"bos_token\":\"<s>\"}"u8);
            foreach (string text in Texts)
            {
                _ = tokenizer.Decode(tokenizer.Encode(text, parseMarkers: true));
                _ = tokenizer.EncodeSequence(text);
            }

            return true;
        }
        catch (ModelFormatException e)
        {
            Assert.InRange(e.Offset, -1, json.Length);
            return false;
        }
    }

    private static byte[] Mutate(byte[] valid, Random random)
    {
        if (random.Next(3) == 0)
        {
            return JsonMutator.Mutate(valid, random);
        }

        List<byte> file = [.. valid];
        for (int changes = random.Next(1, 3); changes > 0; changes--)
        {
            ReplaceValue(file, random.Next(file.Count), random);
        }

        return [.. file];
    }

    // A value is what lies between a colon or comma and the next comma or bracket; so most files stay valid JSON.
    private static void ReplaceValue(List<byte> file, int at, Random random)
    {
        while (at < file.Count && file[at] is not ((byte)':' or (byte)','))
        {
            at++;
        }

        int end = Math.Min(at + 1, file.Count);
        while (end < file.Count && file[end] is not ((byte)',' or (byte)'}' or (byte)']'))
        {
            end++;
        }

        int start = Math.Min(at + 1, file.Count);
        file.RemoveRange(start, end - start);
        file.InsertRange(start, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]));
    }
}
