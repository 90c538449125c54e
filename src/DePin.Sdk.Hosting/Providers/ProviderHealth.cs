using System.Buffers;
using System.Text.Json;
using DePin.Sdk.Providers;

namespace DePin.Sdk.Hosting.Providers;

/// <summary>A provider's health as JSON.</summary>
internal static class ProviderHealth
{
    public static ReadOnlyMemory<byte> Write(ProviderStatus status, string? problem)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("status", problem is not null ? "failing" : status.IsDraining ? "draining" : "ok");
        if (problem is not null)
        {
            json.WriteString("reason", problem);
        }

        json.WriteBoolean("draining", status.IsDraining);
        json.WriteNumber("runningJobs", status.RunningJobs);
        json.WriteNumber("queuedJobs", status.QueuedJobs);
        json.WriteStartArray("models");
        foreach (var model in status.Models)
        {
            json.WriteStartObject();
            json.WriteString("kind", model.Kind);
            json.WriteString("model", model.Model);
            json.WriteNumber("runningJobs", model.RunningJobs);
            json.WriteNumber("queuedJobs", model.QueuedJobs);
            json.WriteNumber("maxConcurrentJobs", model.MaxConcurrentJobs);
            json.WriteNumber("maxQueuedJobs", model.MaxQueuedJobs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
