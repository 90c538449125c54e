using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Tests.Inference;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Run_ManyPhases_HandsOutEachPieceOnceAndKeepsPhasesApart(int members)
    {
        using var team = new ThreadTeam();
        int[] calls = new int[16];
        int mistakes = 0;
        for (int round = 0; round < 200; round++)
        {
            int pieces = 1 + (round % 16);
            team.Run(members, new Work((member, count) =>
            {
                for (int phase = 1; phase <= 5; phase++)
                {
                    for (int piece = team.NextPiece(); piece < pieces; piece = team.NextPiece())
                    {
                        Interlocked.Increment(ref calls[piece]);
                    }

                    team.Barrier();
                    for (int i = 0; i < 16; i++)
                    {
                        Interlocked.Add(ref mistakes, Volatile.Read(ref calls[i]) == (i < pieces ? phase : 0) ? 0 : 1);
                    }

                    Interlocked.Add(ref mistakes, member < count && count == members ? 0 : 1);
                    team.Barrier();
                }
            }));
            Array.Clear(calls);
        }

        Assert.Equal(0, mistakes);
    }

    [Fact]
    public void Run_AfterThreadsSlept_WakesThem()
    {
        using var team = new ThreadTeam();
        using var all = new CountdownEvent(3);
        for (int round = 0; round < 3; round++)
        {
            all.Reset();

            // Each member waits for the others, so this ends only if three threads take part.
            team.Run(3, new Work((_, _) =>
            {
                all.Signal();
                all.Wait();
            }));
            Assert.True(all.IsSet);
            SpinWait.SpinUntil(() => false, 5);
        }
    }

    [Fact]
    public void Run_MembersChange_TakesAsManyAsAsked()
    {
        using var team = new ThreadTeam();
        foreach (int members in (int[])[2, 4, 1, 3, 2])
        {
            int seen = 0;
            team.Run(members, new Work((member, _) =>
            {
                Interlocked.Or(ref seen, 1 << member);
                team.Barrier();
            }));
            Assert.Equal((1 << members) - 1, seen);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Run_MemberFails_PassesItOnReleasesOthersAndGoesOn(int failing)
    {
        using var team = new ThreadTeam();
        var error = Assert.Throws<InvalidOperationException>(() => team.Run(2, new Work((member, _) =>
        {
            if (member == failing)
            {
                throw new ArithmeticException();
            }

            team.Barrier();
        })));
        Assert.IsType<ArithmeticException>(error.InnerException);
        int sum = 0;
        team.Run(2, new Work((member, _) =>
        {
            Interlocked.Add(ref sum, member + 1);
            team.Barrier();
        }));
        Assert.Equal(3, sum);
    }

    private sealed class Work(Action<int, int> body) : ITeamWork
    {
        public void Execute(int member, int members) => body(member, members);
    }
}
