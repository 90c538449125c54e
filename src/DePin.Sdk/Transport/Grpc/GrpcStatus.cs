using System.Globalization;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>How a call ended, as its trailers say it. Between our exceptions and gRPC there is one table, used in both directions.</summary>
internal sealed record GrpcStatus(GrpcStatusCode Code, string Message)
{
    public const string StatusTrailer = "grpc-status";
    public const string MessageTrailer = "grpc-message";
    public const string CodeTrailer = "depin-code";
    public const string FaultTrailer = "depin-fault";
    public const string TransientTrailer = "depin-transient";

    public static GrpcStatus Ok { get; } = new(GrpcStatusCode.Ok, string.Empty);

    /// <summary>What a peer of our own says beyond gRPC's status; null from others.</summary>
    public (DePinErrorCode Code, Fault Fault, bool IsTransient)? Detail { get; init; }

    /// <summary>The row of the table for each of our codes.</summary>
    public static GrpcStatusCode FromErrorCode(DePinErrorCode code) => code switch
    {
        DePinErrorCode.InvalidRequest => GrpcStatusCode.InvalidArgument,
        DePinErrorCode.InvalidFrame => GrpcStatusCode.Internal,
        DePinErrorCode.MessageTooLarge or DePinErrorCode.Overloaded => GrpcStatusCode.ResourceExhausted,
        DePinErrorCode.InvalidSignature => GrpcStatusCode.Unauthenticated,
        DePinErrorCode.ModelNotFound or DePinErrorCode.NoProvider or DePinErrorCode.ChannelNotFound => GrpcStatusCode.NotFound,
        DePinErrorCode.InvalidVoucher => GrpcStatusCode.PermissionDenied,
        DePinErrorCode.InvalidReceipt => GrpcStatusCode.DataLoss,
        DePinErrorCode.Unavailable => GrpcStatusCode.Unavailable,
        DePinErrorCode.ProviderFailed => GrpcStatusCode.Unknown,
        DePinErrorCode.Unsupported => GrpcStatusCode.Unimplemented,
        DePinErrorCode.StorageFailed => GrpcStatusCode.Internal,
        DePinErrorCode.SettlementFailed => GrpcStatusCode.Aborted,
        DePinErrorCode.InvalidOffer or DePinErrorCode.OfferExpired or DePinErrorCode.PriceExceeded or DePinErrorCode.SpendLimitExceeded
            or DePinErrorCode.PaymentRequired or DePinErrorCode.ChannelState or DePinErrorCode.InsufficientFunds => GrpcStatusCode.FailedPrecondition,
        _ => GrpcStatusCode.Unknown,
    };

    /// <summary>The status that tells a caller about an exception of ours.</summary>
    public static GrpcStatus FromException(Exception exception) => ServiceFailure.ToCallerException(exception) switch
    {
        DePinException error => new GrpcStatus(FromErrorCode(error.Code), error.Message) { Detail = (error.Code, error.Fault, error.IsTransient) },
        _ => new GrpcStatus(GrpcStatusCode.DeadlineExceeded, CallDeadline.Missed().Message),
    };

    /// <summary>The exception that a status other than OK is to the caller.</summary>
    public Exception ToException()
    {
        if (Code == GrpcStatusCode.DeadlineExceeded)
        {
            return new TimeoutException(Message.Length > 0 ? Message : CallDeadline.Missed().Message);
        }

        if (Detail is { } detail)
        {
            return new DePinException(detail.Code, detail.Fault, Message, detail.IsTransient);
        }

        var (code, fault, transient) = Code switch
        {
            GrpcStatusCode.InvalidArgument or GrpcStatusCode.AlreadyExists or GrpcStatusCode.PermissionDenied or GrpcStatusCode.FailedPrecondition
                or GrpcStatusCode.OutOfRange => (DePinErrorCode.InvalidRequest, Fault.Consumer, false),
            GrpcStatusCode.NotFound => (DePinErrorCode.ModelNotFound, Fault.Consumer, false),
            GrpcStatusCode.Unauthenticated => (DePinErrorCode.InvalidSignature, Fault.Consumer, false),
            // Stock peers say in words alone which of the two it is.
            GrpcStatusCode.ResourceExhausted when Message.Contains("larger than max", StringComparison.OrdinalIgnoreCase) =>
                (DePinErrorCode.MessageTooLarge, Fault.Consumer, false),
            GrpcStatusCode.ResourceExhausted => (DePinErrorCode.Overloaded, Fault.Provider, true),
            GrpcStatusCode.Unimplemented => (DePinErrorCode.Unsupported, Fault.Provider, false),
            GrpcStatusCode.Unavailable => (DePinErrorCode.Unavailable, Fault.Network, true),
            // We did not cancel, or we would not be reading its status.
            GrpcStatusCode.Cancelled or GrpcStatusCode.Aborted => (DePinErrorCode.Unavailable, Fault.Provider, true),
            _ => (DePinErrorCode.ProviderFailed, Fault.Provider, true),
        };
        return new DePinException(code, fault, $"The other side answered {Code} (gRPC status {(int)Code}): {Message}", transient);
    }

    /// <summary>The trailers that say this.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToTrailers()
    {
        yield return new(StatusTrailer, ((int)Code).ToString(CultureInfo.InvariantCulture));
        if (Message.Length > 0)
        {
            yield return new(MessageTrailer, GrpcMessageText.Encode(Message));
        }

        if (Detail is { } detail)
        {
            yield return new(CodeTrailer, detail.Code.ToString());
            yield return new(FaultTrailer, detail.Fault.ToString());
            yield return new(TransientTrailer, detail.IsTransient ? "true" : "false");
        }
    }

    /// <summary>Reads trailers; null when there is no status among them.</summary>
    /// <param name="find">The value of a trailer, or null.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidFrame"/>: the status is not a number.</exception>
    public static GrpcStatus? FromTrailers(Func<string, string?> find)
    {
        if (find(StatusTrailer) is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Provider, $"The status '{CaipText.Shorten(text)}' is not a gRPC status.");
        }

        var code = number <= (int)GrpcStatusCode.Unauthenticated ? (GrpcStatusCode)number : GrpcStatusCode.Unknown;
        return new GrpcStatus(code, GrpcMessageText.Decode(find(MessageTrailer))) { Detail = ReadDetail(find) };
    }

    private static (DePinErrorCode Code, Fault Fault, bool IsTransient)? ReadDetail(Func<string, string?> find) =>
        TryParse(find(CodeTrailer), out DePinErrorCode code) && TryParse(find(FaultTrailer), out Fault fault)
            ? (code, fault, find(TransientTrailer) == "true")
            : null;

    /// <summary>One defined name, where <see cref="Enum.TryParse{T}(string, out T)"/> alone would also take numbers and lists.</summary>
    private static bool TryParse<T>(string? text, out T value)
        where T : struct, Enum => Enum.TryParse(text, out value) && Enum.GetName(value) == text;
}
