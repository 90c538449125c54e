using System.Globalization;
using DePin.Sdk.Compute;
using DePin.Sdk.Compute.TorchSharp;
using DePin.Sdk.Hosting;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using GpuProvider;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A model on a GPU, offered to the network and paid by the token. All of these may be given on the command line:
//   --model FILE-OR-FOLDER  --device cuda:0  --urls http://0.0.0.0:5001  --data FOLDER  --input 0.5 --output 2 (dollars per million tokens)
//   --try "QUESTION"        buys one answer from itself and ends
var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var settings = builder.Configuration;
var path = settings["model"] ?? Path.Combine(AppContext.BaseDirectory, "npc-dialogue.gguf");
var data = Directory.CreateDirectory(settings["data"] ?? "gpu-provider-data").FullName;
using var model = Open(path, settings["device"] ?? "cuda:0");

using var signer = P256Signer.LoadOrCreate(Path.Combine(data, "key.pem"));
await using var ledger = LedgerSettlement.Open(Path.Combine(data, "ledger.db"));
builder.Services.AddDePinProvider(o => (o.Signer, o.Settlement, o.DataDirectory) = (signer, ledger, data))
    .AddInference(model.ModelId, _ => new LocalChatClient(model), o =>
    {
        o.PricePerMillionInputTokens = LedgerSettlement.Usd(Dollars("input", 0.5m));
        o.PricePerMillionOutputTokens = LedgerSettlement.Usd(Dollars("output", 2));
        o.MaxConcurrentJobs = model.MaxSequences;
    });

var app = builder.Build();
app.MapDePinProvider();
await app.StartAsync();
Console.WriteLine($"Selling {model.ModelId} at {app.Urls.First()}; {ledger.GetAccount(signer.PublicKey)} is paid.");
if (settings["try"] is { } question)
{
    await Customer.AskAsync(app.Urls.First(), model.ModelId, ledger, data, question);
    await app.StopAsync();
}
else
{
    await app.WaitForShutdownAsync();
}

decimal Dollars(string name, decimal otherwise) => settings[name] is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : otherwise;

static LocalModel Open(string path, string device)
{
    try
    {
        // More at once than on a processor, whose defaults are small: a GPU reads the weights once for all of them.
        var many = new LocalModelOptions { MaxQueuedRequests = 64, PromptChunkTokens = 256, Runner = new() { MaxSequences = 64, MaxBatchTokens = 1024, KeyValueMemoryBytes = 4L << 30 } };
        return LocalModel.Load(path, many.UseTorch(new() { Device = device }));
    }
    catch (InferenceException problem) when (problem.Code == InferenceErrorCode.DeviceUnavailable && device != "cpu")
    {
        Console.WriteLine($"{problem.Message}\nUntil then the model runs on the processor.");
        return LocalModel.Load(path, new LocalModelOptions().UseTorch(new() { Device = "cpu" }));
    }
}
