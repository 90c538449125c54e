using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DePin.Sdk.Testing.Solana;

public sealed partial class SurfpoolNode
{
    private const string ClockSysvar = "SysvarC1ock11111111111111111111111111111111";
    private const int Attempts = 20;

    /// <summary>The time that programs on the chain read.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SurfpoolClock> GetClockAsync(CancellationToken cancellationToken = default)
    {
        var account = await CallAsync("getAccountInfo", [ClockSysvar, new JsonObject { ["encoding"] = "base64", ["commitment"] = "processed" }], cancellationToken).ConfigureAwait(false);
        var data = account.GetProperty("value").GetProperty("data")[0].GetBytesFromBase64();
        return new SurfpoolClock(BinaryPrimitives.ReadUInt64LittleEndian(data), DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(32))));
    }

    /// <summary>Moves the chain's clock forward, and its slots with it. Ends when programs see the later time. Blocks, and so blockhashes, hardly age: see <see cref="AdvanceBlocksAsync"/>.</summary>
    /// <param name="time">How far, in whole seconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AdvanceTimeAsync(TimeSpan time, CancellationToken cancellationToken = default)
    {
        var until = (await GetClockAsync(cancellationToken).ConfigureAwait(false)).Time + TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));
        var epoch = await CallAsync("surfnet_timeTravel", [new JsonObject { ["absoluteTimestamp"] = until.ToUnixTimeMilliseconds() }], cancellationToken).ConfigureAwait(false);
        await WaitForSlotAsync(SlotOf(epoch) + 1, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves the chain forward by slots, and its clock by as many slot times. Ends when programs see the later slot.</summary>
    /// <param name="slots">How many, at least.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AdvanceSlotsAsync(int slots, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slots);
        var epoch = await TravelAsync((await GetClockAsync(cancellationToken).ConfigureAwait(false)).Slot, (ulong)slots, cancellationToken).ConfigureAwait(false);
        await WaitForSlotAsync(SlotOf(epoch) + 1, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has the chain make blocks at once, for example 151 of them, after which no blockhash of before is good any more.</summary>
    /// <param name="blocks">How many, at least.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AdvanceBlocksAsync(int blocks, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blocks);
        var epoch = await CallAsync("getEpochInfo", [new JsonObject { ["commitment"] = "processed" }], cancellationToken).ConfigureAwait(false);
        var height = epoch.GetProperty("blockHeight").GetUInt64() + (ulong)blocks;
        while (epoch.GetProperty("blockHeight").GetUInt64() < height)
        {
            // Each travel closes a block.
            epoch = await TravelAsync(SlotOf(epoch), 1, cancellationToken).ConfigureAwait(false);
        }

        await WaitForSlotAsync(SlotOf(epoch) + 1, cancellationToken).ConfigureAwait(false);
    }

    private static ulong SlotOf(JsonElement epoch) => epoch.GetProperty("absoluteSlot").GetUInt64();

    private async Task<JsonElement> TravelAsync(ulong slot, ulong slots, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await CallAsync("surfnet_timeTravel", [new JsonObject { ["absoluteSlot"] = slot + slots }], cancellationToken).ConfigureAwait(false);
            }
            catch (DePinException ex) when (ex.Code == DePinErrorCode.SettlementFailed && attempt < Attempts)
            {
                // The chain came there by itself meanwhile, and goes back to no slot.
                slot = Math.Max(slot + 1, (await GetClockAsync(cancellationToken).ConfigureAwait(false)).Slot);
            }
        }
    }

    private async Task WaitForSlotAsync(ulong slot, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.StartTimeout + (4 * _options.SlotTime));
        try
        {
            while ((await GetClockAsync(limit.Token).ConfigureAwait(false)).Slot < slot)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DePinException(DePinErrorCode.Unavailable, Fault.Chain, $"surfpool did not come to slot {slot}; is its clock paused?", isTransient: true);
        }
    }
}
