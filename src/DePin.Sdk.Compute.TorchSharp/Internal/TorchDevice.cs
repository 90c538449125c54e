using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>The device and the number format that a runner computes with, and what its failures mean.</summary>
internal sealed unsafe class TorchDevice
{
    private const string Packages =
        "Add the package TorchSharp-cuda-linux or TorchSharp-cuda-windows (NVIDIA GPU) or TorchSharp-cpu to the application, in the version of TorchSharp that it uses";

    // Asked before anything else is: the library remembers at its first use that there is no CUDA if that has not been loaded by then.
    private static readonly Lazy<bool> Cuda = new(HasCuda);

    private TorchDevice(torch.Device device, torch.ScalarType type)
    {
        Device = device;
        Type = type;
    }

    public torch.Device Device { get; }

    public torch.ScalarType Type { get; }

    public bool IsCuda => Device.type == DeviceType.CUDA;

    public int ElementBytes => Type == torch.ScalarType.Float32 ? 4 : 2;

    /// <exception cref="ArgumentException">The name is none of a device.</exception>
    public static void CheckName(string? name)
    {
        if (name is not ("auto" or "cpu" or "cuda") && Index(name) is null)
        {
            throw new ArgumentException($"{nameof(TorchRunnerOptions)}.{nameof(TorchRunnerOptions.Device)} is '{name}'; it must be auto, cpu, cuda or cuda:N.");
        }
    }

    /// <exception cref="InferenceException">The device or a native library is missing, or the device does not compute with the format.</exception>
    public static TorchDevice Open(TorchRunnerOptions options)
    {
        bool hasCuda = Cuda.Value;
        Load();
        int? index = options.Device is "auto" or "cuda" ? 0 : Index(options.Device);
        if (options.Device == "auto" && !hasCuda)
        {
            index = null;
        }

        if (index is not { } gpu)
        {
            return new TorchDevice(torch.CPU, options.DType switch
            {
                TorchDataType.BFloat16 => torch.ScalarType.BFloat16,
                TorchDataType.Float16 => throw new InferenceException(
                    InferenceErrorCode.NotSupported, "The processor does not compute models in f16; set DType to Float32 or BFloat16, or choose a GPU."),
                _ => torch.ScalarType.Float32,
            });
        }

        if (!hasCuda)
        {
            throw new InferenceException(
                InferenceErrorCode.DeviceUnavailable,
                $"There is no CUDA for '{options.Device}': either the application lacks TorchSharp-cuda-linux or TorchSharp-cuda-windows, or the machine has no NVIDIA GPU, or a driver older than the package's CUDA (nvidia-smi shows the version). Set Device to cpu or auto to run without.");
        }

        int count = torch.cuda.device_count();
        if (gpu >= count)
        {
            throw new InferenceException(
                InferenceErrorCode.DeviceUnavailable,
                $"There is no GPU {gpu}: the machine shows {count}, numbered from 0. CUDA_VISIBLE_DEVICES may hide some.");
        }

        var type = options.DType switch
        {
            TorchDataType.Float32 => torch.ScalarType.Float32,
            TorchDataType.Float16 => torch.ScalarType.Float16,
            _ => torch.ScalarType.BFloat16,
        };
        return new TorchDevice(new torch.Device(DeviceType.CUDA, gpu), type);
    }

    /// <summary>Copies indices to the device.</summary>
    public torch.Tensor Upload(ReadOnlySpan<long> values)
    {
        var host = torch.empty([values.Length], torch.ScalarType.Int64, torch.CPU);
        values.CopyTo(MemoryMarshal.Cast<byte, long>(host.bytes));
        return IsCuda ? host.to(Device) : host;
    }

    /// <summary>Copies numbers to the device as single precision.</summary>
    public torch.Tensor Upload(ReadOnlySpan<float> values)
    {
        var host = torch.empty([values.Length], torch.ScalarType.Float32, torch.CPU);
        values.CopyTo(MemoryMarshal.Cast<byte, float>(host.bytes));
        return IsCuda ? host.to(Device) : host;
    }

    /// <summary>Bytes of the GPU's memory, free and in all; null for the processor and where the driver does not say.</summary>
    public (long Free, long Total)? ReadMemory()
    {
        // TorchSharp has no memory statistics, so the driver is asked; its context is the one that torch made current on this thread.
        if (!IsCuda || !NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint driver))
        {
            return null;
        }

        using (torch.zeros(1, device: Device))
        {
            nuint free = 0;
            nuint total = 0;
            return NativeLibrary.TryGetExport(driver, "cuMemGetInfo_v2", out nint function)
                && ((delegate* unmanaged<nuint*, nuint*, int>)function)(&free, &total) == 0
                ? ((long)free, (long)total)
                : null;
        }
    }

    /// <summary>What a failure inside the library means for the caller.</summary>
    public InferenceException Explain(Exception error, string doing)
    {
        if (error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase))
        {
            return new InferenceException(
                InferenceErrorCode.MemoryLimit,
                $"{Device} ran out of memory while {doing}. Lower KeyValueMemoryBytes, MaxBatchTokens or MaxSequences, choose a 16-bit DType or a smaller model, or free the memory that other processes hold.",
                error);
        }

        return error.Message.Contains("no kernel image", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("not implemented for", StringComparison.OrdinalIgnoreCase)
            ? new InferenceException(
                InferenceErrorCode.NotSupported,
                $"{Device} cannot compute in {Type} with this libtorch; set DType to another format or update the TorchSharp packages to ones built for this GPU.",
                error)
            : new InferenceException(InferenceErrorCode.EngineFailure, $"{Device} failed while {doing}: {FirstLine(error.Message)}", error);
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0];

    private static bool HasCuda()
    {
        try
        {
            return torch.cuda.is_available();
        }
        catch (Exception e) when (IsLoading(e))
        {
            return false;
        }
    }

    private static void Load()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            torch.empty(1, device: torch.CPU).Dispose();
        }
        catch (Exception e) when (IsLoading(e))
        {
            throw new InferenceException(
                InferenceErrorCode.DeviceUnavailable,
                $"The native libraries of TorchSharp cannot be loaded. {Packages}; on Linux they need a glibc as new as the one they were built with. {FirstLine(e.GetBaseException().Message)}",
                e);
        }
    }

    private static bool IsLoading(Exception error) =>
        error is TypeInitializationException or DllNotFoundException or NotSupportedException or BadImageFormatException
            or EntryPointNotFoundException or FileNotFoundException or InvalidOperationException;

    private static int? Index(string? name) =>
        name is not null && name.StartsWith("cuda:", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;
}
