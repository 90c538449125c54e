namespace DePin.Sdk.Consumers;

/// <summary>How <see cref="DePinClient.SettleAsync"/> dealt with a channel.</summary>
public enum ChannelClosing
{
    /// <summary>The provider settled the last voucher and gave the rest back at once.</summary>
    Cooperative,

    /// <summary>The provider did not answer: the grace period has begun. Settle again once it is over.</summary>
    Requested,

    /// <summary>The grace period is still running. Settle again once it is over.</summary>
    Waiting,

    /// <summary>The grace period was over: what the provider had not claimed came back.</summary>
    Withdrawn,

    /// <summary>It was closed already.</summary>
    AlreadyClosed,

    /// <summary>Nothing worked; <see cref="ChannelReport.Failure"/> says why. The channel is as it was, settle again later.</summary>
    Failed,
}
