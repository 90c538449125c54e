namespace DePin.Sdk.Compute;

/// <summary>Why a model could not generate.</summary>
public enum InferenceErrorCode
{
    /// <summary>The prompt does not fit into the context with room for one token of an answer.</summary>
    ContextOverflow,

    /// <summary>As many sequences as the engine allows are running already.</summary>
    TooManySequences,

    /// <summary>The memory for keys and values is taken by the running sequences.</summary>
    OutOfKeyValueMemory,

    /// <summary>The model does not fit into the memory limit that was set for it.</summary>
    MemoryLimit,

    /// <summary>The engine failed while it computed.</summary>
    EngineFailure,

    /// <summary>The device that the model was to run on, or a library that drives it, is not there.</summary>
    DeviceUnavailable,

    /// <summary>The engine does not offer what was asked of it on this device: a number format, or an adapter.</summary>
    NotSupported,
}
