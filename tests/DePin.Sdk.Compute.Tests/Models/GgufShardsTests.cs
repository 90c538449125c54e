using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Gguf;

namespace DePin.Sdk.Compute.Tests.Models;

public sealed class GgufShardsTests
{
    private readonly Dictionary<string, byte[]> _files = [];
    private readonly TinyModel _model = new() { Layers = 2 };

    public GgufShardsTests()
    {
        byte[][] shards = _model.Build().BuildShards(3);
        for (int i = 0; i < shards.Length; i++)
        {
            _files[Name(i + 1)] = shards[i];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Open_AnyShard_OpensTheWholeModel(int shard)
    {
        using var whole = ModelFile.FromGguf(GgufFile.Parse(new TinyModel { Layers = 2 }.Build().Build()));
        using var file = GgufShards.Open(Name(shard), Open);
        Assert.Equal(whole.Tensors.Keys.Order(), file.Tensors.Keys.Order());
        Assert.Equal(whole.ReadTokenizer().VocabularySize, file.ReadTokenizer().VocabularySize);
        float[] expected = new float[32];
        float[] actual = new float[32];
        whole.Tensors["blk.1.attn_k.weight"].ReadRow(3, expected);
        file.Tensors["blk.1.attn_k.weight"].ReadRow(3, actual);
        Assert.Equal(expected, actual);
        Assert.StartsWith("model-0000", file.Tensors["blk.1.attn_k.weight"].File, StringComparison.Ordinal);
        Assert.Equal(2, new ModelTensors(file).Layers.Count);
    }

    [Fact]
    public void Open_MissingShard_NamesIt()
    {
        _files.Remove(Name(2));
        var error = Assert.Throws<ModelFormatException>(() => GgufShards.Open(Name(1), Open));
        Assert.Equal(Name(2), error.File);
        Assert.Contains("shard 2 of 3 is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DamagedShard_SaysWhichAndWhere()
    {
        _files[Name(3)][0] = 0;
        var error = Assert.Throws<ModelFormatException>(() => GgufShards.Open(Name(1), Open));
        Assert.Equal((Name(3), 0L), (error.File, error.Offset));
    }

    [Fact]
    public void Open_ShardUnderAnothersName_IsRefused()
    {
        _files[Name(2)] = _files[Name(3)];
        Assert.Equal(("split.no", Name(2)), Place(() => GgufShards.Open(Name(1), Open)));
    }

    [Fact]
    public void Open_TensorInTwoShards_IsRefused()
    {
        _files[Name(2)] = new GgufBuilder().Add("split.no", (ushort)1).Add("split.count", (ushort)3)
            .AddTensor("output_norm.weight", [32], new float[32]).AddTensor("token_embd.weight", [1], [1]).Build();
        Assert.Equal(("token_embd.weight", Name(2)), Place(() => GgufShards.Open(Name(1), Open)));
    }

    [Fact]
    public void Open_NameWithoutNumber_SaysHowToNameThem()
    {
        _files["model.gguf"] = _files[Name(1)];
        var error = Assert.Throws<ModelFormatException>(() => GgufShards.Open("model.gguf", Open));
        Assert.Contains("-00001-of-00003.gguf", error.Message, StringComparison.Ordinal);
        Assert.Throws<ModelFormatException>(() => ModelFile.FromGguf(GgufFile.Parse(_files[Name(1)])));
    }

    [Fact]
    public void Open_PathOfAShardOnDisk_NamesTheModelWithoutItsNumber()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            foreach (var (name, content) in _files)
            {
                File.WriteAllBytes(Path.Combine(folder, name), content);
            }

            using (var file = ModelFile.Open(Path.Combine(folder, Name(2))))
            {
                Assert.Equal(2, file.Config.BlockCount);
            }

            using (var file = ModelFile.Open(folder))
            {
                Assert.Equal(2, file.Config.BlockCount);
            }

            Assert.Equal("model", ModelPath.NameOf(Path.Combine(folder, Name(2))));
            Assert.Throws<FileNotFoundException>(() => ModelFile.Open(Path.Combine(folder, "no-00001-of-00003.gguf")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Name(int shard) => $"model-0000{shard}-of-00003.gguf";

    private static (string? Subject, string? File) Place(Func<ModelFile> open)
    {
        var error = Assert.Throws<ModelFormatException>(() => open());
        return (error.Subject, error.File);
    }

    private GgufFile Open(string path) =>
        _files.TryGetValue(path, out byte[]? content) ? GgufFile.Parse(content) : throw new FileNotFoundException("no such file", path);
}
