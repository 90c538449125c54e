using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DePin.Sdk.Compute.Models.HuggingFace;

/// <summary>The names that GGUF gives the tensors of the Hugging Face layout.</summary>
internal static class HuggingFaceNames
{
    private static readonly string[] Prefixes = ["language_model.", "model.", "language_model."];

    /// <summary>The GGUF name of a tensor, or false for one that has no part in a language model.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="hasPostNorms">Whether the architecture normalizes results too (Gemma), which shifts the names of the norms.</param>
    /// <param name="gguf">The name in GGUF.</param>
    public static bool TryTranslate(string name, bool hasPostNorms, [NotNullWhen(true)] out string? gguf)
    {
        var rest = name.AsSpan();
        foreach (string prefix in Prefixes)
        {
            rest = rest.StartsWith(prefix, StringComparison.Ordinal) ? rest[prefix.Length..] : rest;
        }

        gguf = rest switch
        {
            "embed_tokens.weight" => "token_embd.weight",
            "norm.weight" => "output_norm.weight",
            "lm_head.weight" => "output.weight",
            "lm_head.bias" => "output.bias",
            _ => TranslateLayer(rest, hasPostNorms),
        };
        return gguf is not null;
    }

    /// <summary>Whether a tensor belongs to what models have besides language (images), or is a table that is computed anyway.</summary>
    public static bool IsOutsideLanguageModel(string name) =>
        name.StartsWith("vision_tower.", StringComparison.Ordinal) || name.StartsWith("model.vision_tower.", StringComparison.Ordinal)
        || name.Contains("multi_modal_projector.", StringComparison.Ordinal) || name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal);

    private static string? TranslateLayer(ReadOnlySpan<char> name, bool hasPostNorms)
    {
        const string Layers = "layers.";
        if (!name.StartsWith(Layers, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = name[Layers.Length..];
        int dot = rest.IndexOf('.');
        if (dot < 1 || !int.TryParse(rest[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int layer))
        {
            return null;
        }

        var part = rest[(dot + 1)..];
        int end = part.LastIndexOf('.');
        if (end < 0)
        {
            return null;
        }

        string? role = part[..end] switch
        {
            "input_layernorm" => "attn_norm",
            "self_attn.q_proj" => "attn_q",
            "self_attn.k_proj" => "attn_k",
            "self_attn.v_proj" => "attn_v",
            "self_attn.qkv_proj" => "attn_qkv",
            "self_attn.o_proj" => "attn_output",
            "self_attn.q_norm" => "attn_q_norm",
            "self_attn.k_norm" => "attn_k_norm",
            "post_attention_layernorm" => hasPostNorms ? "post_attention_norm" : "ffn_norm",
            "pre_feedforward_layernorm" => "ffn_norm",
            "post_feedforward_layernorm" => "post_ffw_norm",
            "mlp.gate_proj" => "ffn_gate",
            "mlp.up_proj" => "ffn_up",
            "mlp.gate_up_proj" => "ffn_up",
            "mlp.down_proj" => "ffn_down",
            _ => null,
        };
        return role is null ? null : string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.{role}{part[end..]}");
    }
}
