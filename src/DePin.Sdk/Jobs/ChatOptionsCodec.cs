using System.Text.Json;
using DePin.Sdk.Wire;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Jobs;

/// <summary><see cref="ChatOptions"/> between Microsoft.Extensions.AI and the wire.</summary>
internal static class ChatOptionsCodec
{
    private const string FunctionMode = "function:";

    public static ChatJobOptions Encode(ChatOptions options)
    {
        if (options.ConversationId is not null)
        {
            throw new DePinException(
                DePinErrorCode.Unsupported, Fault.Consumer, "Providers keep no conversations; pass all messages and leave ChatOptions.ConversationId null.");
        }

        var wire = new ChatJobOptions
        {
            ToolMode = EncodeMode(options.ToolMode),
            Instructions = options.Instructions ?? string.Empty,
        };
        if (options.Temperature is { } temperature)
        {
            wire.Temperature = temperature;
        }

        if (options.TopP is { } topP)
        {
            wire.TopP = topP;
        }

        if (options.TopK is { } topK)
        {
            wire.TopK = topK;
        }

        if (options.MaxOutputTokens is { } maxOutputTokens)
        {
            wire.MaxOutputTokens = maxOutputTokens;
        }

        if (options.Seed is { } seed)
        {
            wire.Seed = seed;
        }

        if (options.FrequencyPenalty is { } frequencyPenalty)
        {
            wire.FrequencyPenalty = frequencyPenalty;
        }

        if (options.PresencePenalty is { } presencePenalty)
        {
            wire.PresencePenalty = presencePenalty;
        }

        EncodeFormat(options.ResponseFormat, wire);
        if (options.StopSequences is { } stops)
        {
            wire.StopSequences.AddRange(stops);
        }

        foreach (var tool in options.Tools ?? [])
        {
            wire.Tools.Add(EncodeTool(tool));
        }

        foreach (var (name, value) in options.AdditionalProperties ?? [])
        {
            wire.Additional.Add(name, PayloadJson.WriteValue(value));
        }

        return wire;
    }

    public static ChatOptions Decode(ChatJobOptions wire, PayloadFault fault)
    {
        fault.CheckCount("options.stop_sequences", wire.StopSequences.Count, PayloadLimits.MaxStopSequences);
        fault.CheckCount("options.tools", wire.Tools.Count, PayloadLimits.MaxTools);
        fault.CheckCount("options.additional", wire.Additional.Count, PayloadLimits.MaxAdditional);
        var options = new ChatOptions
        {
            Temperature = wire.HasTemperature ? Finite("temperature", wire.Temperature, fault) : null,
            TopP = wire.HasTopP ? Finite("top_p", wire.TopP, fault) : null,
            TopK = wire.HasTopK ? AtLeast(0, "top_k", wire.TopK, fault) : null,
            MaxOutputTokens = wire.HasMaxOutputTokens ? AtLeast(1, "max_output_tokens", wire.MaxOutputTokens, fault) : null,
            Seed = wire.HasSeed ? wire.Seed : null,
            FrequencyPenalty = wire.HasFrequencyPenalty ? Finite("frequency_penalty", wire.FrequencyPenalty, fault) : null,
            PresencePenalty = wire.HasPresencePenalty ? Finite("presence_penalty", wire.PresencePenalty, fault) : null,
            Instructions = wire.Instructions.Length == 0 ? null : wire.Instructions,
            ToolMode = DecodeMode(wire.ToolMode, fault),
            ResponseFormat = DecodeFormat(wire, fault),
        };
        if (wire.StopSequences.Count > 0)
        {
            options.StopSequences = [.. wire.StopSequences.Select(stop => fault.CheckName("options.stop_sequences", stop))];
        }

        if (wire.Tools.Count > 0)
        {
            options.Tools = [.. wire.Tools.Select(tool => DecodeTool(tool, fault))];
        }

        foreach (var (name, json) in wire.Additional)
        {
            fault.CheckName("options.additional", name);
            (options.AdditionalProperties ??= [])[name] = PayloadJson.ReadValue(json, "options.additional", fault);
        }

        return options;
    }

    private static string EncodeMode(ChatToolMode? mode) => mode switch
    {
        AutoChatToolMode => "auto",
        NoneChatToolMode => "none",
        RequiredChatToolMode { RequiredFunctionName: { } name } => FunctionMode + name,
        RequiredChatToolMode => "required",
        _ => string.Empty,
    };

    private static ChatToolMode? DecodeMode(string mode, PayloadFault fault) => mode switch
    {
        "" => null,
        "auto" => ChatToolMode.Auto,
        "none" => ChatToolMode.None,
        "required" => ChatToolMode.RequireAny,
        _ when mode.StartsWith(FunctionMode, StringComparison.Ordinal) =>
            ChatToolMode.RequireSpecific(fault.CheckName("options.tool_mode", mode[FunctionMode.Length..])),
        _ => throw fault.Invalid("options.tool_mode", $"'{CaipText.Shorten(mode)}' is unknown; write auto, none, required or function:<name>"),
    };

    private static void EncodeFormat(ChatResponseFormat? format, ChatJobOptions wire)
    {
        switch (format)
        {
            case ChatResponseFormatText:
                wire.ResponseFormat = "text";
                break;
            case ChatResponseFormatJson json:
                wire.ResponseFormat = "json";
                wire.ResponseSchemaJson = json.Schema is { } schema ? PayloadJson.Write(schema) : string.Empty;
                wire.ResponseSchemaName = json.SchemaName ?? string.Empty;
                break;
        }
    }

    private static ChatResponseFormat? DecodeFormat(ChatJobOptions wire, PayloadFault fault) => wire.ResponseFormat switch
    {
        "" => null,
        "text" => ChatResponseFormat.Text,
        "json" when wire.ResponseSchemaJson.Length == 0 => ChatResponseFormat.Json,
        "json" => ChatResponseFormat.ForJsonSchema(
            ReadSchema(wire.ResponseSchemaJson, "options.response_schema_json", fault),
            wire.ResponseSchemaName.Length == 0 ? null : fault.CheckText("options.response_schema_name", wire.ResponseSchemaName, PayloadLimits.MaxNameLength)),
        _ => throw fault.Invalid("options.response_format", $"'{CaipText.Shorten(wire.ResponseFormat)}' is unknown; write text or json"),
    };

    private static FunctionTool EncodeTool(AITool tool) => tool is AIFunctionDeclaration function
        ? new FunctionTool { Name = function.Name, Description = function.Description, ParametersSchemaJson = PayloadJson.Write(function.JsonSchema) }
        : throw new DePinException(
            DePinErrorCode.Unsupported, Fault.Consumer, $"The tool '{CaipText.Shorten(tool.Name)}' is a {tool.GetType().Name}; only functions travel to providers.");

    private static AIFunctionDeclaration DecodeTool(FunctionTool tool, PayloadFault fault) => AIFunctionFactory.CreateDeclaration(
        fault.CheckName("tool name", tool.Name),
        tool.Description,
        ReadSchema(tool.ParametersSchemaJson, "tool schema", fault));

    private static JsonElement ReadSchema(string json, string field, PayloadFault fault)
    {
        var schema = PayloadJson.Read(json, field, fault);
        return schema.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False
            ? schema
            : throw fault.Invalid(field, "is not a JSON schema; write an object");
    }

    private static float Finite(string field, float value, PayloadFault fault) => float.IsFinite(value)
        ? value
        : throw fault.Invalid($"options.{field}", "is not a finite number");

    private static int AtLeast(int least, string field, int value, PayloadFault fault) => value >= least
        ? value
        : throw fault.Invalid($"options.{field}", $"is {value}; write {least} or more");
}
