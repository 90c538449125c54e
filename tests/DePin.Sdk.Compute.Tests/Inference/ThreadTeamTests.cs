using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Tests.Inference;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Run_ManyComputations_CallsEachPieceOnce(int threads)
    {
        using var team = new ThreadTeam(threads);
        Assert.Equal(threads, team.Count);
        int[] calls = new int[16];
        int strangers = 0;
        for (int round = 0; round < 1500; round++)
        {
            int pieces = 1 + (round % 16);
            team.Run(pieces, parallel: round % 5 != 0, (piece, member) =>
            {
                Interlocked.Increment(ref calls[piece]);
                Interlocked.Add(ref strangers, member >= 0 && member < threads ? 0 : 1);
            });
            Assert.All(calls.Take(pieces), c => Assert.Equal(1, c));
            Assert.All(calls.Skip(pieces), c => Assert.Equal(0, c));
            Array.Clear(calls);
        }

        Assert.Equal(0, strangers);
    }

    [Fact]
    public void Run_AfterThreadsSlept_WakesThem()
    {
        using var team = new ThreadTeam(3);
        var members = new HashSet<int>();
        using var all = new CountdownEvent(3);
        for (int round = 0; round < 3; round++)
        {
            members.Clear();
            all.Reset();

            // Each piece waits for the others, so this ends only if three threads take part.
            team.Run(3, parallel: true, (_, member) =>
            {
                lock (members)
                {
                    members.Add(member);
                }

                all.Signal();
                all.Wait();
            });
            Assert.Equal(3, members.Count);
            Thread.Yield();
        }
    }

    [Fact]
    public void Run_BodyThrows_PassesItOnAndGoesOn()
    {
        using var team = new ThreadTeam(2);
        var error = Assert.Throws<InvalidOperationException>(() => team.Run(8, true, (piece, _) => throw new ArithmeticException($"{piece}")));
        Assert.IsType<ArithmeticException>(error.InnerException);
        int sum = 0;
        team.Run(8, true, (piece, _) => Interlocked.Add(ref sum, piece));
        Assert.Equal(28, sum);
    }
}
