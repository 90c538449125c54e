// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {EpochDistributor} from "../../src/EpochDistributor.sol";
import {vm} from "../fixtures/Vm.sol";
import {DistributorFixture} from "./DistributorFixture.sol";

/// Deployment, posting, and what the owner sets.
contract EpochDistributorTest is DistributorFixture {
    bytes32 private constant ROOT = keccak256("root");

    function test_Constructor_Values_AreThoseGiven() public view {
        vm.assertEq(address(distributor.TOKEN()), address(token), "token");
        vm.assertEq(distributor.owner(), owner, "owner");
        vm.assertEq(distributor.TREASURY(), treasury, "treasury");
        vm.assertEq(distributor.START(), START, "start");
        vm.assertEq(distributor.LENGTH(), LENGTH, "length");
        vm.assertEq(distributor.CHALLENGE_WINDOW(), WINDOW, "window");
        vm.assertEq(distributor.RULING_PERIOD(), RULING, "ruling");
        vm.assertEq(distributor.CLAIM_PERIOD(), CLAIMING, "claiming");
        vm.assertEq(distributor.rewardCap(), CAP, "cap");
        vm.assertEq(distributor.bond(), BOND, "bond");
        vm.assertEq(distributor.poster(), address(0), "poster");
        vm.assertEq(distributor.epochEnd(0), START + LENGTH, "first end");
        vm.assertEq(distributor.epochEnd(9), START + 10 * LENGTH, "tenth end");
        vm.assertEq(
            distributor.epochEnd(type(uint64).max), START + (uint256(type(uint64).max) + 1) * LENGTH, "last end"
        );
    }

    function test_Constructor_Periods_Bounded() public {
        for (uint256 which; which < 4; ++which) {
            uint64[4] memory periods = [LENGTH, WINDOW, RULING, CLAIMING];
            periods[which] = 1 hours;
            this.create(address(token), owner, treasury, periods, 1);
            periods[which] = 366 days;
            this.create(address(token), owner, treasury, periods, 1);
            periods[which] = 1 hours - 1;
            _invalid(address(token), owner, treasury, periods, 1);
            periods[which] = 366 days + 1;
            _invalid(address(token), owner, treasury, periods, 1);
        }
    }

    function test_Constructor_NobodyOrNothing_Reverts() public {
        uint64[4] memory periods = [LENGTH, WINDOW, RULING, CLAIMING];
        _invalid(address(0x1234), owner, treasury, periods, 1);
        _invalid(address(token), owner, address(0), periods, 1);
        _invalid(address(token), owner, treasury, periods, 0);
        try this.create(address(token), address(0), treasury, periods, 1) {
            revert("no owner");
        } catch (bytes memory reason) {
            vm.assertEq(reason, abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)), "reason");
        }
    }

    function test_Constructor_Says_WhatItSets() public {
        vm.expectEmit(false, false, false, true);
        emit EpochDistributor.RewardCapChanged(CAP);
        vm.expectEmit(false, false, false, true);
        emit EpochDistributor.BondChanged(BOND);
        deploy(address(token));
    }

    function test_PostRoot_EpochOver_SetsTotalAndBondAside() public {
        uint256 held = token.balanceOf(poster);
        vm.expectEmit();
        emit EpochDistributor.RootPosted(4, 1, poster, ROOT, 700, BOND, block.timestamp + WINDOW, keccak256("list"));
        vm.assertEq(post(4, ROOT, 700), 1, "posting");
        EpochDistributor.Epoch memory e = distributor.getEpoch(4);
        vm.assertEq(e.root, ROOT, "root");
        vm.assertEq(e.total, 700, "total");
        vm.assertEq(e.claimed, 0, "claimed");
        vm.assertEq(e.poster, poster, "poster");
        vm.assertEq(e.until, block.timestamp + WINDOW, "until");
        vm.assertEq(uint256(e.status), uint256(EpochDistributor.Status.Posted), "status");
        vm.assertEq(e.challenger, address(0), "challenger");
        vm.assertEq(e.bond, BOND, "bond");
        vm.assertEq(token.balanceOf(poster), held - BOND, "bond taken");
        vm.assertEq(distributor.committed(), 700 + BOND, "committed");
        vm.assertEq(distributor.available(), 10 * CAP - 700, "available");
        vm.assertEq(post(3, ROOT, 1), 2, "the next posting");
    }

    function test_PostRoot_EpochNotOver_Reverts() public {
        uint256 end = START + 6 * LENGTH;
        vm.warp(end - 1);
        vm.prank(poster);
        vm.expectRevert(abi.encodeWithSelector(EpochDistributor.EpochNotOver.selector, end));
        distributor.postRoot(5, ROOT, 1, 0);
        vm.warp(end);
        post(5, ROOT, 1);
        vm.prank(poster);
        vm.expectRevert(
            abi.encodeWithSelector(EpochDistributor.EpochNotOver.selector, START + (uint256(1) << 64) * LENGTH)
        );
        distributor.postRoot(type(uint64).max, ROOT, 1, 0);
    }

    function test_PostRoot_Twice_Reverts() public {
        post(0, ROOT, 1);
        _cannotPost(0, 1, wrongStatus(EpochDistributor.Status.Posted));
        challenged(0);
        _cannotPost(0, 1, wrongStatus(EpochDistributor.Status.Challenged));
    }

    function test_PostRoot_TotalOutOfRange_Reverts() public {
        bytes memory invalid = abi.encodeWithSelector(EpochDistributor.InvalidTotal.selector, CAP);
        _cannotPost(0, 0, invalid);
        _cannotPost(0, CAP + 1, invalid);
        post(0, ROOT, CAP);
    }

    function test_PostRoot_NotFunded_Reverts() public {
        vm.prank(owner);
        distributor.returnFunds(10 * CAP - 50);
        _cannotPost(0, 51, abi.encodeWithSelector(EpochDistributor.NotFunded.selector, 50));
        post(0, ROOT, 30);
        // What is set aside for an epoch, and the bonds, are not there for the next.
        _cannotPost(1, 21, abi.encodeWithSelector(EpochDistributor.NotFunded.selector, 20));
        post(1, ROOT, 20);
        _cannotPost(2, 1, abi.encodeWithSelector(EpochDistributor.NotFunded.selector, 0));
        vm.assertEq(distributor.available(), 0, "all set aside");
    }

    function test_PostRoot_PosterNamed_NobodyElseMay() public {
        vm.expectEmit();
        emit EpochDistributor.PosterChanged(challenger);
        vm.prank(owner);
        distributor.setPoster(challenger);
        vm.assertEq(distributor.poster(), challenger, "poster");
        _cannotPost(0, 1, abi.encodeWithSelector(EpochDistributor.NotPoster.selector, challenger));
        vm.prank(challenger);
        distributor.postRoot(0, ROOT, 1, 0);
        vm.prank(owner);
        distributor.setPoster(address(0));
        post(1, ROOT, 1);
    }

    function test_PostRoot_NoBond_Reverts() public {
        vm.expectRevert();
        distributor.postRoot(0, ROOT, 1, 0);
        checkStatus(0, EpochDistributor.Status.None);
        vm.assertEq(distributor.committed(), 0, "committed");
    }

    function test_SetRewardCap_Zero_StopsPostingsAndNothingElse() public {
        EpochDistributor.Claim[] memory rows = opened(0, 3);
        post(1, ROOT, 5);
        vm.expectEmit();
        emit EpochDistributor.RewardCapChanged(0);
        vm.prank(owner);
        distributor.setRewardCap(0);
        vm.assertEq(distributor.rewardCap(), 0, "cap");
        _cannotPost(2, 1, abi.encodeWithSelector(EpochDistributor.InvalidTotal.selector, 0));
        distributor.claim(rows[0]);
        distributor.releaseBond(0);
        challenged(1);
        vm.warp(block.timestamp + RULING);
        distributor.expireChallenge(1);
        distributor.withdraw(poster);
        distributor.withdraw(challenger);
        vm.warp(block.timestamp + CLAIMING);
        distributor.sweepExpired(0);
        vm.assertEq(distributor.committed(), 0, "all went out");
    }

    function test_SetBond_HoldsFromTheNextPostingOn() public {
        post(0, ROOT, 1);
        vm.expectEmit();
        emit EpochDistributor.BondChanged(5);
        vm.prank(owner);
        distributor.setBond(5);
        vm.assertEq(distributor.bond(), 5, "bond");
        uint256 held = token.balanceOf(challenger);
        challenged(0);
        vm.assertEq(token.balanceOf(challenger), held - BOND, "the bond of the posting");
        post(1, ROOT, 1);
        vm.assertEq(distributor.getEpoch(1).bond, 5, "the new bond");
        vm.prank(owner);
        vm.expectRevert(EpochDistributor.InvalidParameter.selector);
        distributor.setBond(0);
    }

    function test_Settings_AnybodyElse_Reverts() public {
        post(0, ROOT, 1);
        uint32 posting = challenged(0);
        bytes[5] memory calls = [
            abi.encodeCall(distributor.setRewardCap, (1)),
            abi.encodeCall(distributor.setBond, (1)),
            abi.encodeCall(distributor.setPoster, (address(1))),
            abi.encodeCall(distributor.returnFunds, (1)),
            abi.encodeCall(distributor.rule, (0, posting, true))
        ];
        address[4] memory others = [poster, challenger, treasury, address(this)];
        for (uint256 i; i < calls.length; ++i) {
            for (uint256 n; n < others.length; ++n) {
                vm.prank(others[n]);
                (bool done, bytes memory reason) = address(distributor).call(calls[i]);
                vm.assertTrue(!done, "let in");
                vm.assertEq(
                    reason, abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, others[n]), "reason"
                );
            }
            vm.prank(owner);
            (bool owners,) = address(distributor).call(calls[i]);
            vm.assertTrue(owners, "the owner");
        }
    }

    function test_ReturnFunds_NoMoreThanIsFree() public {
        post(0, ROOT, 400);
        uint256 free = 10 * CAP - 400;
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(EpochDistributor.NotFunded.selector, free));
        distributor.returnFunds(free + 1);
        vm.expectEmit();
        emit EpochDistributor.FundsReturned(free);
        vm.prank(owner);
        distributor.returnFunds(free);
        vm.assertEq(token.balanceOf(treasury), free, "treasury");
        vm.assertEq(token.balanceOf(address(distributor)), 400 + BOND, "kept");
    }

    function test_Available_LessHeldThanCommitted_IsZero() public {
        post(0, ROOT, 400);
        // No token that may be used here does this.
        vm.startPrank(address(distributor));
        token.transfer(treasury, 10 * CAP);
        vm.stopPrank();
        vm.assertEq(distributor.available(), 0, "available");
    }

    function create(address token_, address owner_, address treasury_, uint64[4] calldata p, uint96 bond) external {
        deployWith(token_, owner_, treasury_, EpochDistributor.Schedule(START, p[0], p[1], p[2], p[3]), bond);
    }

    function _invalid(address token_, address owner_, address treasury_, uint64[4] memory periods, uint96 bond) private {
        try this.create(token_, owner_, treasury_, periods, bond) {
            revert("taken");
        } catch (bytes memory reason) {
            vm.assertEq(reason, abi.encodeWithSelector(EpochDistributor.InvalidParameter.selector), "reason");
        }
    }

    function _cannotPost(uint64 epoch, uint128 total, bytes memory reason) private {
        vm.prank(poster);
        vm.expectRevert(reason);
        distributor.postRoot(epoch, ROOT, total, 0);
    }
}
