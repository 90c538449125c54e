// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {EpochDistributor} from "../../src/EpochDistributor.sol";
import {GovernanceTimelock} from "../../src/governance/GovernanceTimelock.sol";
import {ParameterGovernor} from "../../src/governance/ParameterGovernor.sol";
import {vm} from "../fixtures/Vm.sol";
import {GovernanceFixture} from "./GovernanceFixture.sol";

/// What the holders of votes decide happens, after the delay; what they do not decide does not.
contract GovernanceTest is GovernanceFixture {
    function test_Deployment_LeavesNoAdminBehind() public view {
        _onlyItself(timelock, governor, 28 days);
        _onlyItself(courtTimelock, court, 1 days);
        vm.assertEq(registry.owner(), address(timelock), "registry");
        vm.assertEq(registry.pendingOwner(), address(0), "nobody waits for the registry");
        vm.assertEq(registry.guardian(), address(courtTimelock), "guardian");
        vm.assertEq(distributor.owner(), address(timelock), "distributor");
        vm.assertTrue(registry.isArbiter(address(arbiter)), "arbiter");
        vm.assertTrue(timelock.getMinDelay() >= registry.THAW_PERIOD(), "providers can leave in time");
        vm.assertTrue(
            court.votingDelay() + court.votingPeriod() + courtTimelock.getMinDelay() < arbiter.VETO_WINDOW(),
            "the court is in time for a veto"
        );
    }

    function test_Token_FixedSupply_VotesByTime() public {
        vm.assertEq(votes.totalSupply(), 1e27, "supply");
        vm.assertEq(votes.clock(), block.timestamp, "clock");
        vm.assertEq(bytes(votes.CLOCK_MODE()), bytes("mode=timestamp"), "mode");
        vm.assertEq(votes.getVotes(whale), 5e26, "whale");
        (bool minted,) = address(votes).call(abi.encodeWithSignature("mint(address,uint256)", whale, 1));
        vm.assertTrue(!minted, "nobody makes more");
        // A permit, and votes by signature, count the same nonces.
        address holder = vm.addr(0x11);
        bytes32 content = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                holder, whale, 5, 0, block.timestamp
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(0x11, keccak256(abi.encodePacked(hex"1901", votes.DOMAIN_SEPARATOR(), content)));
        votes.permit(holder, whale, 5, block.timestamp, v, r, s);
        vm.assertEq(votes.allowance(holder, whale), 5, "allowance");
        vm.assertEq(votes.nonces(holder), 1, "nonce");
    }

    function test_Governor_Settings_AreThoseGiven() public view {
        vm.assertEq(bytes(governor.name()), bytes("DePin Parameters"), "name");
        vm.assertEq(governor.votingDelay(), 1 days, "delay");
        vm.assertEq(governor.votingPeriod(), 5 days, "period");
        vm.assertEq(governor.proposalThreshold(), 1e24, "threshold");
        vm.assertEq(governor.quorum(block.timestamp - 1), 4e25, "quorum");
        vm.assertEq(governor.timelock(), address(timelock), "timelock");
        vm.assertEq(address(governor.token()), address(votes), "token");
        vm.assertTrue(governor.proposalNeedsQueuing(0), "queue");
    }

    function test_Proposal_WholeWay_ChangesMinimumArbitersAndRewards() public {
        Proposal memory p = Proposal(new address[](4), new uint256[](4), new bytes[](4), "better terms");
        (p.targets[0], p.calls[0]) = (address(registry), abi.encodeCall(registry.setMinStake, (2_000e6)));
        (p.targets[1], p.calls[1]) = (address(registry), abi.encodeCall(registry.setArbiter, (address(arbiter), false)));
        (p.targets[2], p.calls[2]) = (address(distributor), abi.encodeCall(distributor.setRewardCap, (5e12)));
        (p.targets[3], p.calls[3]) = (address(distributor), abi.encodeCall(distributor.setBond, (7e9)));
        bytes32 words = keccak256(bytes(p.description));

        uint256 id = propose(governor, p);
        checkState(governor, id, IGovernor.ProposalState.Pending);
        vm.warp(block.timestamp + 1 days);
        vm.prank(whale);
        vm.expectRevert();
        governor.castVote(id, 1);
        vm.warp(block.timestamp + 1);
        checkState(governor, id, IGovernor.ProposalState.Active);
        vm.prank(whale);
        governor.castVote(id, 1);
        vm.prank(whale);
        vm.expectRevert();
        governor.castVote(id, 1);
        vm.expectRevert();
        governor.queue(p.targets, p.values, p.calls, words);
        vm.warp(block.timestamp + 5 days);
        checkState(governor, id, IGovernor.ProposalState.Succeeded);
        vm.expectRevert();
        governor.execute(p.targets, p.values, p.calls, words);
        queue(governor, p);
        checkState(governor, id, IGovernor.ProposalState.Queued);
        vm.warp(block.timestamp + 28 days - 1);
        vm.expectRevert();
        governor.execute(p.targets, p.values, p.calls, words);
        vm.assertEq(registry.minStake(), 1_000e6, "not yet");
        vm.warp(block.timestamp + 1);
        execute(governor, p);
        checkState(governor, id, IGovernor.ProposalState.Executed);
        vm.assertEq(registry.minStake(), 2_000e6, "minimum");
        vm.assertTrue(!registry.isArbiter(address(arbiter)), "arbiters");
        vm.assertEq(distributor.rewardCap(), 5e12, "cap");
        vm.assertEq(distributor.bond(), 7e9, "bond");
        vm.expectRevert();
        governor.execute(p.targets, p.values, p.calls, words);
    }

    function test_Proposal_TooFewVotes_ComesToNothing() public {
        Proposal memory p = proposalOf(address(registry), abi.encodeCall(registry.setMinStake, (1)));
        vm.prank(minnow);
        uint256 id = governor.propose(p.targets, p.values, p.calls, p.description);
        vm.warp(block.timestamp + 1 days + 1);
        vm.prank(minnow);
        governor.castVote(id, 1);
        vm.warp(block.timestamp + 5 days);
        checkState(governor, id, IGovernor.ProposalState.Defeated);
        vm.expectRevert();
        governor.queue(p.targets, p.values, p.calls, keccak256(bytes(p.description)));
    }

    function test_Proposal_VotedDown_ComesToNothing() public {
        Proposal memory p = proposalOf(address(registry), abi.encodeCall(registry.setMinStake, (1)));
        vm.prank(minnow);
        uint256 id = governor.propose(p.targets, p.values, p.calls, p.description);
        vm.warp(block.timestamp + 1 days + 1);
        vm.prank(minnow);
        governor.castVote(id, 1);
        vm.prank(whale);
        governor.castVote(id, 0);
        vm.warp(block.timestamp + 5 days);
        checkState(governor, id, IGovernor.ProposalState.Defeated);
    }

    function test_Proposal_BelowTheThreshold_Refused() public {
        Proposal memory p = proposalOf(address(registry), abi.encodeCall(registry.setMinStake, (1)));
        vm.expectRevert();
        governor.propose(p.targets, p.values, p.calls, p.description);
    }

    function test_Proposal_Cancelled_CannotBeQueued() public {
        Proposal memory p = proposalOf(address(registry), abi.encodeCall(registry.setMinStake, (1)));
        uint256 id = propose(governor, p);
        vm.prank(minnow);
        vm.expectRevert();
        governor.cancel(p.targets, p.values, p.calls, keccak256(bytes(p.description)));
        vm.prank(whale);
        governor.cancel(p.targets, p.values, p.calls, keccak256(bytes(p.description)));
        checkState(governor, id, IGovernor.ProposalState.Canceled);
        vm.warp(block.timestamp + 6 days + 1);
        vm.expectRevert();
        governor.queue(p.targets, p.values, p.calls, keccak256(bytes(p.description)));
    }

    function test_Votes_BoughtAfterTheSnapshot_DoNotCount() public {
        Proposal memory p = proposalOf(address(registry), abi.encodeCall(registry.setMinStake, (1)));
        uint256 id = propose(governor, p);
        vm.warp(block.timestamp + 1 days + 1);
        address buyer = address(0xB);
        vm.prank(whale);
        votes.transfer(buyer, 5e26);
        vm.prank(buyer);
        votes.delegate(buyer);
        vm.prank(buyer);
        governor.castVote(id, 1);
        (, uint256 for_,) = governor.proposalVotes(id);
        vm.assertEq(for_, 0, "for");
    }

    function test_Rule_OnAChallengedRoot_ComesInTime() public {
        vm.warp(START + 7 days);
        address honest = address(0x404);
        address liar = address(0x11A);
        money.mint(address(distributor), 1e12);
        for (uint256 i; i < 2; ++i) {
            money.mint(i == 0 ? honest : liar, 1e9);
            vm.prank(i == 0 ? honest : liar);
            money.approve(address(distributor), 1e9);
        }
        vm.prank(liar);
        distributor.postRoot(0, keccak256("lies"), 1e12, 0);
        vm.prank(honest);
        distributor.challengeRoot(0, 1);
        Proposal memory p = proposalOf(address(distributor), abi.encodeCall(distributor.rule, (0, 1, false)));
        carried(governor, p);
        execute(governor, p);
        vm.assertEq(uint256(distributor.getEpoch(0).status), uint256(EpochDistributor.Status.None), "rejected");
        distributor.withdraw(honest);
        vm.assertEq(money.balanceOf(honest), 15e8, "honest");
        vm.assertEq(money.balanceOf(liar), 0, "liar");
        distributor.withdraw(address(timelock));
        vm.assertEq(money.balanceOf(address(timelock)), 5e8, "treasury");
    }

    function test_Treasury_Spends_ByProposal() public {
        money.mint(address(timelock), 50);
        Proposal memory p = proposalOf(address(money), abi.encodeCall(money.transfer, (address(distributor), 50)));
        carried(governor, p);
        execute(governor, p);
        vm.assertEq(distributor.available(), 50, "rewards");
    }

    function test_Governor_ChangesItself_ByProposalOnly() public {
        vm.prank(whale);
        vm.expectRevert();
        governor.setVotingPeriod(1);
        vm.prank(whale);
        vm.expectRevert();
        governor.updateTimelock(TimelockController(payable(whale)));
        vm.prank(whale);
        vm.expectRevert();
        governor.relay(address(registry), 0, abi.encodeCall(registry.setMinStake, (1)));
        vm.prank(whale);
        vm.expectRevert();
        timelock.updateDelay(0);
        Proposal memory p = proposalOf(address(governor), abi.encodeCall(governor.setVotingPeriod, (6 days)));
        carried(governor, p);
        execute(governor, p);
        vm.assertEq(governor.votingPeriod(), 6 days, "period");
    }

    /// Nobody but the timelock itself administers it, and nobody but the governor proposes and cancels.
    function _onlyItself(GovernanceTimelock of_, ParameterGovernor by, uint256 delay) private view {
        vm.assertEq(of_.getMinDelay(), delay, "delay");
        address[8] memory accounts = [
            address(deployer), address(this), whale, address(governor), address(court), address(registry), address(0), address(timelock)
        ];
        for (uint256 i; i < accounts.length; ++i) {
            vm.assertTrue(of_.hasRole(of_.PROPOSER_ROLE(), accounts[i]) == (accounts[i] == address(by)), "proposer");
            vm.assertTrue(of_.hasRole(of_.CANCELLER_ROLE(), accounts[i]) == (accounts[i] == address(by)), "canceller");
            vm.assertTrue(of_.hasRole(of_.EXECUTOR_ROLE(), accounts[i]) == (accounts[i] == address(0)), "executor");
            vm.assertTrue(of_.hasRole(0, accounts[i]) == (accounts[i] == address(of_)), "admin");
        }
    }
}
