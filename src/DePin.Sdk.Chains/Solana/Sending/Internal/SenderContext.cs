using DePin.Sdk.Chains.Internal;
using DePin.Sdk.Identity;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What the parts of one sender share.</summary>
internal sealed record SenderContext(ISigner FeePayerKey, SolanaAddress FeePayer, ISenderNode Node, Journal<OutboxStore> Journal, SolanaSenderOptions Options, TimeProvider Time, ILogger Logger)
{
    public DateTimeOffset Now => Time.GetUtcNow();
}
