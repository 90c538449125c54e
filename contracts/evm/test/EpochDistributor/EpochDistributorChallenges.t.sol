// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EpochDistributor} from "../../src/EpochDistributor.sol";
import {FeeToken} from "../../src/testing/FeeToken.sol";
import {TestToken} from "../../src/testing/TestToken.sol";
import {HookToken} from "../fixtures/Tokens.sol";
import {vm} from "../fixtures/Vm.sol";
import {DistributorFixture} from "./DistributorFixture.sol";

/// Challenges, rulings, bonds, and tokens that do not behave.
contract EpochDistributorChallengesTest is DistributorFixture {
    bytes32 private constant ROOT = keccak256("root");

    function test_Challenge_InTheWindow_FreezesTheEpoch() public {
        uint32 posting = post(0, ROOT, 50);
        uint256 held = token.balanceOf(challenger);
        vm.warp(block.timestamp + WINDOW - 1);
        vm.expectEmit();
        emit EpochDistributor.RootChallenged(0, posting, challenger, block.timestamp + RULING);
        challenged(0);
        EpochDistributor.Epoch memory e = distributor.getEpoch(0);
        vm.assertEq(uint256(e.status), uint256(EpochDistributor.Status.Challenged), "status");
        vm.assertEq(e.challenger, challenger, "challenger");
        vm.assertEq(e.until, block.timestamp + RULING, "until");
        vm.assertEq(token.balanceOf(challenger), held - BOND, "bond taken");
        vm.assertEq(distributor.committed(), 50 + 2 * uint256(BOND), "committed");
    }

    function test_Challenge_AfterTheWindow_Reverts() public {
        uint32 posting = post(0, ROOT, 50);
        vm.warp(block.timestamp + WINDOW);
        vm.prank(challenger);
        vm.expectRevert(outOfTime(block.timestamp));
        distributor.challengeRoot(0, posting);
    }

    function test_Challenge_OtherPosting_Reverts() public {
        post(0, ROOT, 50);
        vm.prank(challenger);
        vm.expectRevert(abi.encodeWithSelector(EpochDistributor.WrongPosting.selector, 1));
        distributor.challengeRoot(0, 2);
        vm.prank(challenger);
        vm.expectRevert(wrongStatus(EpochDistributor.Status.None));
        distributor.challengeRoot(1, 0);
    }

    function test_Challenge_Twice_Reverts() public {
        uint32 posting = post(0, ROOT, 50);
        challenged(0);
        vm.prank(poster);
        vm.expectRevert(wrongStatus(EpochDistributor.Status.Challenged));
        distributor.challengeRoot(0, posting);
    }

    function test_Rule_Right_OpensClaimsAndPaysThePoster() public {
        (EpochDistributor.Claim[] memory rows, bytes32 root, uint128 total) = list(0, 3);
        uint32 posting = post(0, root, total);
        challenged(0);
        vm.warp(block.timestamp + 3 days);
        vm.expectEmit();
        emit EpochDistributor.RootUpheld(0, posting);
        vm.prank(owner);
        distributor.rule(0, posting, true);
        EpochDistributor.Epoch memory e = distributor.getEpoch(0);
        vm.assertEq(uint256(e.status), uint256(EpochDistributor.Status.Posted), "status");
        vm.assertEq(e.until, block.timestamp, "claims are open");
        vm.assertEq(e.bond, 0, "bond");
        vm.assertEq(distributor.due(poster), BOND + (BOND + 1) / 2, "poster");
        vm.assertEq(distributor.due(treasury), BOND / 2, "treasury");
        vm.assertEq(distributor.due(challenger), 0, "challenger");
        vm.prank(challenger);
        vm.expectRevert(outOfTime(block.timestamp));
        distributor.challengeRoot(0, posting);
        vm.expectRevert(EpochDistributor.NothingDue.selector);
        distributor.releaseBond(0);
        distributor.claim(rows[0]);
        vm.warp(block.timestamp + CLAIMING);
        distributor.sweepExpired(0);
        _allOut(10 * CAP - total);
    }

    function test_Rule_Wrong_PaysTheChallengerAndOpensTheEpochToAnother() public {
        uint32 posting = post(0, ROOT, 50);
        challenged(0);
        vm.expectEmit();
        emit EpochDistributor.RootRejected(0, posting, true);
        vm.prank(owner);
        distributor.rule(0, posting, false);
        vm.assertEq(distributor.due(challenger), BOND + (BOND + 1) / 2, "challenger");
        vm.assertEq(distributor.due(treasury), BOND / 2, "treasury");
        vm.assertEq(distributor.due(poster), 0, "poster");
        EpochDistributor.Epoch memory none;
        vm.assertEq(abi.encode(distributor.getEpoch(0)), abi.encode(none), "nothing is left of it");
        vm.assertEq(distributor.available(), 10 * CAP, "available");
        uint32 next = post(0, keccak256("better"), 60);
        vm.assertEq(next, posting + 1, "posting");
        // A challenge or ruling that was meant for the first does not meet the second.
        vm.prank(challenger);
        vm.expectRevert(abi.encodeWithSelector(EpochDistributor.WrongPosting.selector, next));
        distributor.challengeRoot(0, posting);
        challenged(0);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(EpochDistributor.WrongPosting.selector, next));
        distributor.rule(0, posting, false);
    }

    function test_Rule_NoChallenge_Reverts() public {
        uint32 posting = post(0, ROOT, 50);
        vm.prank(owner);
        vm.expectRevert(wrongStatus(EpochDistributor.Status.Posted));
        distributor.rule(0, posting, false);
        vm.prank(owner);
        vm.expectRevert(wrongStatus(EpochDistributor.Status.None));
        distributor.rule(1, 0, false);
    }

    function test_Rule_TooLate_Reverts() public {
        uint32 posting = post(0, ROOT, 50);
        challenged(0);
        uint256 until = block.timestamp + RULING;
        vm.warp(until);
        vm.prank(owner);
        vm.expectRevert(outOfTime(until));
        distributor.rule(0, posting, true);
        vm.warp(until - 1);
        vm.prank(owner);
        distributor.rule(0, posting, true);
    }

    function test_Expire_NobodyRuled_BothGetTheirBondsBack() public {
        uint32 posting = post(0, ROOT, 50);
        vm.expectRevert(wrongStatus(EpochDistributor.Status.Posted));
        distributor.expireChallenge(0);
        challenged(0);
        uint256 until = block.timestamp + RULING;
        vm.warp(until - 1);
        vm.expectRevert(outOfTime(until));
        distributor.expireChallenge(0);
        vm.warp(until);
        vm.expectEmit();
        emit EpochDistributor.RootRejected(0, posting, false);
        distributor.expireChallenge(0);
        vm.assertEq(distributor.due(poster), BOND, "poster");
        vm.assertEq(distributor.due(challenger), BOND, "challenger");
        vm.assertEq(distributor.due(treasury), 0, "treasury");
        vm.assertEq(distributor.available(), 10 * CAP, "available");
        checkStatus(0, EpochDistributor.Status.None);
        _allOut(10 * CAP);
    }

    function test_Expire_PosterChallengedItself_GetsBothBondsBack() public {
        uint256 held = token.balanceOf(poster);
        uint32 posting = post(0, ROOT, 50);
        vm.prank(poster);
        distributor.challengeRoot(0, posting);
        vm.warp(block.timestamp + RULING);
        distributor.expireChallenge(0);
        distributor.withdraw(poster);
        vm.assertEq(token.balanceOf(poster), held, "poster");
    }

    function test_Rule_PosterChallengedItself_LosesHalfABond() public {
        for (uint64 epoch; epoch < 2; ++epoch) {
            uint256 held = token.balanceOf(poster);
            uint32 posting = post(epoch, ROOT, 50);
            vm.prank(poster);
            distributor.challengeRoot(epoch, posting);
            vm.prank(owner);
            distributor.rule(epoch, posting, epoch == 0);
            distributor.withdraw(poster);
            vm.assertEq(token.balanceOf(poster), held - BOND / 2, "poster");
        }
        distributor.withdraw(treasury);
        vm.assertEq(token.balanceOf(treasury), BOND / 2 * 2, "treasury");
    }

    function test_Bonds_OfSeveralEpochs_AddUp() public {
        for (uint64 epoch; epoch < 4; ++epoch) {
            uint32 posting = post(epoch, ROOT, 50);
            challenged(epoch);
            if (epoch == 3) break;
            vm.prank(owner);
            distributor.rule(epoch, posting, epoch == 2);
        }
        uint256 won = BOND + (BOND + 1) / 2;
        vm.assertEq(distributor.due(challenger), 2 * won, "two cases won");
        vm.assertEq(distributor.due(poster), won, "one case won");
        vm.assertEq(distributor.due(treasury), 3 * (BOND / 2), "treasury");
        vm.warp(block.timestamp + RULING);
        distributor.expireChallenge(3);
        vm.assertEq(distributor.due(challenger), 2 * won + BOND, "challenger");
        vm.assertEq(distributor.due(poster), won + BOND, "poster");
        distributor.withdraw(challenger);
        distributor.withdraw(poster);
        distributor.withdraw(treasury);
        // The root that was upheld can still be claimed.
        vm.assertEq(distributor.committed(), 50, "committed");
    }

    function test_ReleaseBond_RootStands_PosterGetsItBack() public {
        uint256 held = token.balanceOf(poster);
        post(0, ROOT, 50);
        uint256 until = block.timestamp + WINDOW;
        vm.warp(until - 1);
        vm.expectRevert(outOfTime(until));
        distributor.releaseBond(0);
        vm.warp(until);
        vm.expectEmit();
        emit EpochDistributor.BondReleased(0, poster, BOND);
        distributor.releaseBond(0);
        vm.assertEq(token.balanceOf(poster), held, "poster");
        vm.assertEq(distributor.committed(), 50, "committed");
        vm.assertEq(distributor.getEpoch(0).bond, 0, "bond");
        vm.expectRevert(EpochDistributor.NothingDue.selector);
        distributor.releaseBond(0);
        vm.expectRevert(EpochDistributor.NothingDue.selector);
        distributor.releaseBond(1);
    }

    function test_ReleaseBond_Challenged_Reverts() public {
        post(0, ROOT, 50);
        challenged(0);
        vm.warp(block.timestamp + RULING);
        vm.expectRevert(wrongStatus(EpochDistributor.Status.Challenged));
        distributor.releaseBond(0);
    }

    function test_ReleaseBond_AfterTheSweep_StillThere() public {
        uint256 held = token.balanceOf(poster);
        post(0, ROOT, 50);
        vm.warp(block.timestamp + WINDOW + CLAIMING);
        distributor.sweepExpired(0);
        distributor.releaseBond(0);
        vm.assertEq(token.balanceOf(poster), held, "poster");
        vm.assertEq(distributor.committed(), 0, "committed");
    }

    function test_Withdraw_AnybodySends_AccountIsPaidOnce() public {
        uint32 posting = post(0, ROOT, 50);
        challenged(0);
        vm.prank(owner);
        distributor.rule(0, posting, false);
        uint256 held = token.balanceOf(challenger);
        uint256 amount = BOND + (BOND + 1) / 2;
        vm.expectEmit();
        emit EpochDistributor.Withdrawn(challenger, amount);
        distributor.withdraw(challenger);
        vm.assertEq(token.balanceOf(challenger), held + amount, "challenger");
        vm.assertEq(distributor.committed(), BOND / 2, "committed");
        vm.expectRevert(EpochDistributor.NothingDue.selector);
        distributor.withdraw(challenger);
    }

    function test_Bonds_TokenWithFee_Reverts() public {
        FeeToken fee = FeeToken(deployArtifact("testing/FeeToken", ""));
        EpochDistributor d = deploy(address(fee));
        fee.mint(address(d), 1000);
        fee.mint(address(this), 1e18);
        fee.approve(address(d), type(uint256).max);
        vm.expectRevert(EpochDistributor.InexactTransfer.selector);
        d.postRoot(0, ROOT, 100, 0);
    }

    function test_Bonds_TokenReturnsNothing_Works() public {
        token = TestToken(deployArtifact("testing/SilentToken", ""));
        distributor = deploy(address(token));
        token.mint(address(distributor), 10 * CAP);
        token.mint(poster, BOND);
        vm.prank(poster);
        (bool approved,) = address(token).call(abi.encodeCall(token.approve, (address(distributor), BOND)));
        vm.assertTrue(approved, "approved");
        EpochDistributor.Claim[] memory rows = opened(0, 3);
        distributor.claim(rows[2]);
        vm.assertEq(distributor.claimMany(rows), 3, "the others");
        distributor.releaseBond(0);
        vm.assertEq(token.balanceOf(poster), BOND, "bond");
    }

    /// Whatever is under way, nothing else can begin: the token calls back in the middle of each call.
    function test_Reentrancy_AnyCallIntoAnyOther_Reverts() public {
        HookToken hook = new HookToken();
        distributor = deployWith(
            address(hook), address(this), treasury, EpochDistributor.Schedule(START, LENGTH, WINDOW, RULING, CLAIMING), BOND
        );
        hook.transfer(address(distributor), 10 * CAP);
        hook.approve(address(distributor), type(uint256).max);
        (EpochDistributor.Claim[] memory rows, bytes32 root, uint128 total) = list(0, 3);
        distributor.postRoot(0, root, total, 0);
        distributor.postRoot(2, root, total, 0);
        vm.warp(block.timestamp + WINDOW);
        distributor.postRoot(3, root, total, 0);
        distributor.postRoot(4, root, total, 0);
        distributor.challengeRoot(4, 4);
        distributor.rule(4, 4, true);
        EpochDistributor.Claim[] memory others = new EpochDistributor.Claim[](1);
        others[0] = rows[1];
        bytes[8] memory calls = [
            abi.encodeCall(distributor.postRoot, (1, root, total, 0)),
            abi.encodeCall(distributor.challengeRoot, (3, 3)),
            abi.encodeCall(distributor.claim, (rows[0])),
            abi.encodeCall(distributor.claimMany, (others)),
            abi.encodeCall(distributor.releaseBond, (0)),
            abi.encodeCall(distributor.withdraw, (address(this))),
            abi.encodeCall(distributor.returnFunds, (1)),
            abi.encodeCall(distributor.sweepExpired, (2))
        ];
        uint256 now_ = block.timestamp;
        for (uint256 outer; outer < calls.length; ++outer) {
            for (uint256 inner; inner < calls.length; ++inner) {
                // The token is not the owner, so that call would not get so far.
                if (inner == 6) continue;
                uint256 snapshot = vm.snapshotState();
                if (outer == 7) vm.warp(now_ + CLAIMING);
                hook.arm(address(distributor), calls[inner]);
                (bool done,) = address(distributor).call(calls[outer]);
                vm.assertTrue(done, "the outer call");
                vm.assertEq(
                    hook.answer(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector), "let in"
                );
                vm.revertToState(snapshot);
            }
        }
    }

    function testFuzz_Rule_BondsAreConserved(uint96 bond, bool right) public {
        vm.assume(bond != 0);
        token.mint(poster, bond);
        token.mint(challenger, bond);
        vm.prank(owner);
        distributor.setBond(bond);
        uint256 before = token.balanceOf(poster) + token.balanceOf(challenger);
        uint32 posting = post(0, ROOT, 50);
        challenged(0);
        vm.prank(owner);
        distributor.rule(0, posting, right);
        vm.assertEq(distributor.due(poster) + distributor.due(challenger) + distributor.due(treasury), 2 * uint256(bond), "bonds");
        distributor.withdraw(right ? poster : challenger);
        if (bond > 1) distributor.withdraw(treasury);
        vm.assertEq(token.balanceOf(poster) + token.balanceOf(challenger) + token.balanceOf(treasury), before, "conserved");
    }

    /// Everybody takes what is due; the rest is free.
    function _allOut(uint256 free) private {
        address[3] memory accounts = [poster, challenger, treasury];
        for (uint256 i; i < 3; ++i) {
            if (distributor.due(accounts[i]) != 0) distributor.withdraw(accounts[i]);
        }
        vm.assertEq(distributor.committed(), 0, "committed");
        vm.assertEq(distributor.available(), free, "free");
    }
}
