using DePin.Sdk.Compute.Generation;

namespace DePin.Sdk.Compute.Tests.Generation;

public sealed class TokenStreamTests
{
    [Fact]
    public async Task WaitToRead_WakeUpForATokenReadSince_IsNotTheEnd()
    {
        var stream = new TokenStream([7, 8], 0);
        var waiting = stream.WaitToReadAsync();
        stream.Publish();
        Assert.True(stream.TryRead(out int token));
        Assert.Equal(7, token);
        Assert.True(await waiting);
        Assert.False(stream.TryRead(out _));
        stream.Publish();
        stream.Complete(null);
        stream.Complete(new InvalidOperationException());
        Assert.True(await stream.WaitToReadAsync());
        Assert.True(stream.TryRead(out token));
        Assert.Equal(8, token);
        Assert.False(await stream.WaitToReadAsync());
    }

    [Fact]
    public async Task WaitToRead_EndedWithAnError_ThrowsItAfterTheTokens()
    {
        var stream = new TokenStream([7], 0);
        stream.Publish();
        stream.Complete(new InvalidOperationException("Broken."));
        Assert.True(await stream.WaitToReadAsync());
        Assert.True(stream.TryRead(out _));
        Assert.Equal("Broken.", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.WaitToReadAsync())).Message);
    }

    [Fact]
    public async Task WriterAndReader_AtOnce_LoseNothing()
    {
        const int Count = 200_000;
        int[] tokens = [.. Enumerable.Range(5, Count)];
        var stream = new TokenStream(tokens, 0);
        var writer = Task.Run(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                stream.Publish();
            }

            stream.Complete(null);
        });
        int read = 0;
        while (await stream.WaitToReadAsync())
        {
            while (stream.TryRead(out int token))
            {
                Assert.Equal(5 + read++, token);
            }
        }

        await writer;
        Assert.Equal(Count, read);
    }
}
