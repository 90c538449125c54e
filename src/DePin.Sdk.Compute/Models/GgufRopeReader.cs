namespace DePin.Sdk.Compute.Models;

/// <summary>Reads the rotation of a model from its GGUF file.</summary>
internal sealed class GgufRopeReader
{
    private const double MaximumBase = 1e12;

    private readonly GgufHyperparameters _values;
    private readonly int _length;
    private readonly int _contextLength;
    private readonly bool _rotatesHalves;
    private readonly double _factor = 1;
    private readonly string _type;

    public GgufRopeReader(GgufHyperparameters values, int length, int contextLength)
    {
        _values = values;
        _length = length;
        _contextLength = contextLength;

        // Only files of this architecture have the rows of queries and keys in the order of neighbouring pairs.
        _rotatesHalves = values.Architecture != "llama";

        // A file with a factor but no type means the linear kind, older ones by an older key.
        _type = values.Text("rope.scaling.type", "linear");
        if (_type is not ("none" or "linear" or "yarn" or "longrope"))
        {
            throw values.Error("rope.scaling.type", $"The rope scaling '{_type}' is not supported; none, linear, yarn and longrope are.");
        }

        if (_type != "none")
        {
            string key = values.Has("rope.scaling.factor") ? "rope.scaling.factor" : "rope.scale_linear";
            double factor = values.Number(key, 1, 0, 1e6);
            _factor = factor < 1e-3 ? 1 : factor;
        }
    }

    /// <summary>The context that the model was made for before its rotation was stretched.</summary>
    public int OriginalContext => _values.Integer("rope.scaling.original_context_length", GgufConfigReader.MaximumContextLength, _contextLength);

    /// <summary>The rotation, up to <see cref="OriginalContext"/> where there is a long one too.</summary>
    public RopeConfig Read()
    {
        double frequencyBase = _values.Number("rope.freq_base", 10000, 1, MaximumBase);
        double[] frequencies = RopeConfig.Unscaled(frequencyBase, _length);
        if (ReadFactors("rope_freqs.weight") is { } factors)
        {
            frequencies = RopeScaling.Divide(frequencies, factors);
        }
        else if (ReadFactors("rope_factors_short.weight") is { } shortFactors)
        {
            frequencies = RopeScaling.Divide(frequencies, shortFactors);
        }

        return Build(frequencyBase, frequencies);
    }

    /// <summary>The rotation for contexts longer than <see cref="OriginalContext"/>, or null when there is no other.</summary>
    public RopeConfig? ReadLong()
    {
        if (ReadFactors("rope_factors_long.weight") is not { } factors)
        {
            return null;
        }

        double frequencyBase = _values.Number("rope.freq_base", 10000, 1, MaximumBase);
        return Build(frequencyBase, RopeScaling.Divide(RopeConfig.Unscaled(frequencyBase, _length), factors));
    }

    /// <summary>The rotation of layers with a window, which no scaling touches; null when it is that of the others.</summary>
    public RopeConfig? ReadSliding()
    {
        if (_values.Architecture != "gemma3")
        {
            return null;
        }

        double[] frequencies = RopeConfig.Unscaled(_values.Number("rope.freq_base_swa", 10000, 1, MaximumBase), _length);
        return new RopeConfig { Frequencies = frequencies, RotatesHalves = _rotatesHalves };
    }

    private RopeConfig Build(double frequencyBase, double[] frequencies)
    {
        double magnitude = _values.Number("rope.scaling.attn_factor", 1, 1e-3, 1e3);
        if (_type == "yarn")
        {
            frequencies = RopeScaling.Yarn(
                frequencies,
                frequencyBase,
                _factor,
                OriginalContext,
                _values.Number("rope.scaling.yarn_beta_fast", 32, 1e-3, 1e6),
                _values.Number("rope.scaling.yarn_beta_slow", 1, 1e-3, 1e6),
                Extrapolation());
            magnitude *= YarnMagnitude();
        }
        else
        {
            frequencies = RopeScaling.Linear(frequencies, _factor);
        }

        return new RopeConfig { Frequencies = frequencies, RotatesHalves = _rotatesHalves, Magnitude = (float)magnitude };
    }

    // Negative stands for "not set".
    private double Extrapolation() => _values.Number("rope.scaling.yarn_ext_factor", 1, -1, 1e3) is >= 0 and var set ? set : 1;

    private double YarnMagnitude()
    {
        if (_values.OptionalNumber("rope.scaling.yarn_attn_factor", 1e-3, 1e3) is { } given)
        {
            return given;
        }

        double weight = _values.Number("rope.scaling.yarn_log_multiplier", 0, 0, 1e3);
        double magnitude = RopeScaling.YarnMagnitude(_factor);
        return weight == 0 ? magnitude : magnitude / RopeScaling.YarnMagnitude(_factor, weight);
    }

    private float[]? ReadFactors(string name)
    {
        if (!_values.Tensors.TryGetValue(name, out var tensor))
        {
            return null;
        }

        float[] factors = new float[_length / 2];
        if (tensor.Columns != factors.Length || tensor.Rows != 1)
        {
            throw tensor.Error($"There must be {factors.Length} rope frequency factors.");
        }

        tensor.ReadRow(0, factors);
        return Array.TrueForAll(factors, static f => f > 0 && float.IsFinite(f))
            ? factors
            : throw tensor.Error("A rope frequency factor is not a positive number.");
    }
}
