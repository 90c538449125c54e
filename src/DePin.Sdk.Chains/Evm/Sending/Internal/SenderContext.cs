using DePin.Sdk.Chains.Internal;
using DePin.Sdk.Identity;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>What the parts of one sender share.</summary>
internal sealed record SenderContext(EvmAddress Address, ulong ChainId, ISigner Account, LaneNode Node, Journal<SenderStore> Journal, EvmSenderOptions Options, TimeProvider Time, ILogger Logger)
{
    public DateTimeOffset Now => Time.GetUtcNow();
}
