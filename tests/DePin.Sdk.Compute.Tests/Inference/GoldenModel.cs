using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>A tiny random model of one architecture with the values that <c>tools/golden-models</c> computed for it.</summary>
internal sealed class GoldenModel
{
    private readonly string _folder;
    private readonly JsonElement _golden;

    public GoldenModel(string name)
    {
        _folder = Path.Combine(AppContext.BaseDirectory, "Golden", "Architectures", name);
        _golden = TestFiles.Json(Path.Combine(_folder, "golden.json"));
    }

    public string Architecture => _golden.GetProperty("architecture").GetString()!;

    public int ContextLength => _golden.GetProperty("context").GetInt32();

    public int[] Tokens => _golden.GetProperty("tokens").Ints();

    /// <summary>A sequence over many pages of keys and values, nearly as long as the models' contexts.</summary>
    public int[] LongTokens => _golden.GetProperty("long_tokens").Ints();

    /// <summary>Positions of the rows of a case's logits.</summary>
    public int[] Positions => _golden.GetProperty("positions").Ints();

    /// <summary>Positions of the rows of a case's hidden states.</summary>
    public int[] HiddenPositions => _golden.GetProperty("hidden_positions").Ints();

    public JsonElement Case(string name) => _golden.GetProperty("cases").GetProperty(name);

    public static float[] Numbers(JsonElement text) => MemoryMarshal.Cast<byte, float>(text.GetBytesFromBase64()).ToArray();

    /// <summary>The path of a form of the model: <c>hf</c> is a folder, everything else a GGUF file.</summary>
    public string PathOf(string form) => Path.Combine(_folder, form == "hf" ? form : form + ".gguf");

    /// <summary>Opens the Hugging Face folder with the changes of its <c>config.json</c> that a case names, if it does.</summary>
    public ModelFile Open(string form, string golden)
    {
        if (!Case(golden).TryGetProperty("config", out var changes))
        {
            return ModelFile.Open(PathOf(form));
        }

        string folder = Directory.CreateTempSubdirectory("golden").FullName;
        try
        {
            var config = JsonNode.Parse(File.ReadAllText(Path.Combine(PathOf(form), "config.json")))!.AsObject();
            foreach (var change in changes.EnumerateObject())
            {
                config[change.Name] = JsonNode.Parse(change.Value.GetRawText());
            }

            File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
            File.Copy(Path.Combine(PathOf(form), "model.safetensors"), Path.Combine(folder, "model.safetensors"));
            return ModelFile.Open(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The rows after the given positions, of a run of all tokens in batches.</summary>
    public (float[] Logits, float[] Hidden) Run(IModelRunner runner, int[] logitPositions, int[] hiddenPositions, int batchTokens = int.MaxValue)
    {
        int[] tokens = Tokens;
        var sequence = runner.OpenSequence(tokens.Length);
        List<float> logits = [];
        List<float> hidden = [];
        batchTokens = Math.Min(batchTokens, runner.MaxBatchTokens);
        for (int start = 0; start < tokens.Length; start += batchTokens)
        {
            TokenInput[] batch = [.. Enumerable.Range(start, Math.Min(batchTokens, tokens.Length - start)).Select(
                i => new TokenInput(sequence, tokens[i], i, logitPositions.Contains(i), hiddenPositions.Contains(i)))];
            float[] rows = new float[batch.Count(t => t.WantsLogits) * runner.Config.VocabularySize];
            float[] states = new float[batch.Count(t => t.WantsHidden) * runner.Config.EmbeddingLength];
            runner.Forward(batch, rows, states);
            logits.AddRange(rows);
            hidden.AddRange(states);
        }

        runner.CloseSequence(sequence);
        return ([.. logits], [.. hidden]);
    }
}
