namespace DePin.Sdk.Compute.Models.HuggingFace;

/// <summary>Reads the rotation of a model from <c>config.json</c>, in the older form (rope_scaling) and the newer one (rope_parameters).</summary>
internal sealed class HuggingFaceRopeReader
{
    private const double MaximumBase = 1e12;
    private const string FullAttention = "full_attention";

    private readonly JsonSettings _values;
    private readonly JsonSettings? _scaling;
    private readonly JsonSettings? _sliding;
    private readonly string _architecture;
    private readonly string _type;
    private readonly double _base;
    private readonly int _length;
    private readonly int _contextLength;

    public HuggingFaceRopeReader(JsonSettings values, string architecture, int headLength, int contextLength)
    {
        _values = values;
        _architecture = architecture;
        _contextLength = contextLength;
        var parameters = values.Object("rope_parameters") ?? values.Object("rope_scaling");
        _scaling = parameters?.Has(FullAttention) == true ? parameters.Object(FullAttention) : parameters;
        _sliding = parameters?.Object("sliding_attention");
        _type = _scaling?.Text("rope_type") ?? _scaling?.Text("type") ?? "default";
        if (_type is not ("default" or "linear" or "llama3" or "yarn" or "longrope" or "su"))
        {
            throw values.Error(
                "rope_scaling", $"The rope scaling '{_type}' is not supported; default, linear, llama3, yarn and longrope are.");
        }

        _base = ReadBase(_scaling, "rope_theta", architecture == "gemma3" ? 1e6 : 10000);
        double part = _scaling?.OptionalNumber("partial_rotary_factor", 0, 1) ?? values.Number("partial_rotary_factor", 1, 0, 1);
        _length = (int)(headLength * part);
        if (_length < 2 || _length % 2 != 0)
        {
            throw values.Error("partial_rotary_factor", $"The number of rotated elements, {_length}, must be even and not 0.");
        }
    }

    /// <summary>The context that the model was made for before its rotation was stretched.</summary>
    public int OriginalContext => _scaling?.OptionalInteger("original_max_position_embeddings", GgufConfigReader.MaximumContextLength)
        ?? _values.Integer("original_max_position_embeddings", GgufConfigReader.MaximumContextLength, _contextLength);

    private double Factor => _scaling!.Number("factor", 1, 1e-3, 1e6);

    public RopeConfig Read()
    {
        double[] frequencies = RopeConfig.Unscaled(_base, _length);
        return _type switch
        {
            "linear" => Build(RopeScaling.Linear(frequencies, Factor)),
            "llama3" => Build(ReadLlama3(frequencies)),
            "yarn" => Build(ReadYarn(frequencies), YarnMagnitude()),
            "longrope" or "su" => Build(RopeScaling.Divide(frequencies, ReadFactors("short_factor")), LongMagnitude()),
            _ => Build(frequencies),
        };
    }

    /// <summary>The rotation for contexts longer than <see cref="OriginalContext"/>, or null when there is no other.</summary>
    public RopeConfig? ReadLong() => _type is "longrope" or "su"
        ? Build(RopeScaling.Divide(RopeConfig.Unscaled(_base, _length), ReadFactors("long_factor")), LongMagnitude())
        : null;

    /// <summary>The rotation of layers with a window, which no scaling touches; null when it is that of the others.</summary>
    public RopeConfig? ReadSliding() => _architecture == "gemma3"
        ? Build(RopeConfig.Unscaled(_sliding?.OptionalNumber("rope_theta", 1, MaximumBase) ?? _values.Number("rope_local_base_freq", 10000, 1, MaximumBase), _length))
        : null;

    // Here rows of queries and keys are never in the order of neighbouring pairs.
    private static RopeConfig Build(double[] frequencies, double magnitude = 1) =>
        new() { Frequencies = frequencies, RotatesHalves = true, Magnitude = (float)magnitude };

    private double ReadBase(JsonSettings? scaling, string key, double absent) =>
        scaling?.OptionalNumber(key, 1, MaximumBase) ?? _values.Number(key, absent, 1, MaximumBase);

    private double[] ReadLlama3(double[] frequencies)
    {
        double low = _scaling!.Number("low_freq_factor", 1, 1e-3, 1e6);
        double high = _scaling.Number("high_freq_factor", 4, 1e-3, 1e6);
        return low < high
            ? RopeScaling.Llama3(frequencies, Factor, low, high, OriginalContext)
            : throw _scaling.Error("high_freq_factor", $"The setting must be greater than low_freq_factor, {low}.");
    }

    private double[] ReadYarn(double[] frequencies) => RopeScaling.Yarn(
        frequencies,
        _base,
        Factor,
        OriginalContext,
        _scaling!.Number("beta_fast", 32, 1e-3, 1e6),
        _scaling.Number("beta_slow", 1, 1e-3, 1e6),
        extrapolation: 1);

    private double YarnMagnitude()
    {
        if (_scaling!.OptionalNumber("attention_factor", 1e-3, 1e3) is { } given)
        {
            return given;
        }

        double weight = _scaling.Number("mscale", 0, 0, 1e3);
        double allWeight = _scaling.Number("mscale_all_dim", 0, 0, 1e3);
        return weight > 0 && allWeight > 0
            ? RopeScaling.YarnMagnitude(Factor, weight) / RopeScaling.YarnMagnitude(Factor, allWeight)
            : RopeScaling.YarnMagnitude(Factor);
    }

    private double LongMagnitude() => _scaling!.OptionalNumber("attention_factor", 1e-3, 1e3)
        ?? RopeScaling.LongMagnitude(OriginalContext < _contextLength ? (double)_contextLength / OriginalContext : Factor, OriginalContext);

    private float[] ReadFactors(string key)
    {
        float[] factors = _scaling!.Numbers(key, _length) ?? [];
        return factors.Length == _length / 2 && Array.TrueForAll(factors, static f => f > 0 && float.IsFinite(f))
            ? factors
            : throw _scaling.Error(key, $"There must be {_length / 2} positive numbers.");
    }
}
