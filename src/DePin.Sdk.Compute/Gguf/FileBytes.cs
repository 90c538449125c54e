using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Gguf;

/// <summary>The bytes of a model file at a fixed address.</summary>
internal sealed unsafe class FileBytes
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly bool _isBorrowed;
    private int _released;

    private FileBytes(MemoryMappedFile? file, MemoryMappedViewAccessor? view, byte* pointer, long length, bool isBorrowed = false)
    {
        _isBorrowed = isBorrowed;
        _file = file;
        _view = view;
        Pointer = pointer;
        Length = length;
    }

    public byte* Pointer { get; private set; }

    public long Length { get; }

    /// <summary>Whether the bytes are those of a mapped file.</summary>
    public bool IsMapped => _view is not null;

    public static FileBytes Map(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        long length = stream.Length;
        if (length == 0)
        {
            throw new ModelFormatException("The file is empty.", 0, null);
        }

        var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            var view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            return new FileBytes(file, view, pointer + view.PointerOffset, length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes memory that somebody else frees, after the release.</summary>
    public static FileBytes Borrow(byte* pointer, long length) => new(null, null, pointer, length, isBorrowed: true);

    public static FileBytes Copy(ReadOnlySpan<byte> content)
    {
        byte* pointer = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(content.Length, 1), 64);
        content.CopyTo(new Span<byte>(pointer, content.Length));
        return new FileBytes(null, null, pointer, content.Length);
    }

    /// <summary>All bytes of a file that must not be longer than <paramref name="maximum"/>.</summary>
    public ReadOnlySpan<byte> Span(int maximum) => Length <= maximum
        ? new ReadOnlySpan<byte>(Pointer, (int)Length)
        : throw new ModelFormatException($"The file has {Length} bytes; at most {maximum} are allowed.", -1, null);

    /// <summary>Unmaps or frees the bytes; does nothing the second time.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0)
        {
            return;
        }

        if (_isBorrowed)
        {
            // The owner frees it.
        }
        else if (_view is null)
        {
            NativeMemory.AlignedFree(Pointer);
        }
        else
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }

        Pointer = null;
    }
}
