// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ChannelEscrow} from "../../src/ChannelEscrow.sol";
import {DisputeArbiter} from "../../src/DisputeArbiter.sol";
import {EpochDistributor} from "../../src/EpochDistributor.sol";
import {ProviderRegistry} from "../../src/ProviderRegistry.sol";
import {Statements} from "../DisputeArbiter/Statements.sol";
import {vm} from "../fixtures/Vm.sol";
import {GovernanceFixture} from "./GovernanceFixture.sol";

/// What governance can do, and what it cannot: only its timelock changes parameters, nobody owns the escrow, and nothing holds an exit up.
contract GovernancePowersTest is GovernanceFixture, Statements {
    address private constant PROVIDER = address(0x9401);
    uint256 private constant KEY = 0x5EED;

    function test_Parameters_OnlyTheTimelockChangesThem() public {
        (address[] memory targets, bytes[] memory calls) = _governed();
        address[10] memory others = [
            address(deployer), address(this), whale, minnow, address(governor), address(court), address(courtTimelock),
            address(votes), address(arbiter), address(escrow)
        ];
        for (uint256 i; i < calls.length; ++i) {
            for (uint256 n; n < others.length; ++n) {
                vm.prank(others[n]);
                (bool done, bytes memory reason) = targets[i].call(calls[i]);
                vm.assertTrue(!done, "somebody else");
                vm.assertEq(
                    reason, abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, others[n]), "reason"
                );
            }
            vm.prank(address(timelock));
            (bool owners,) = targets[i].call(calls[i]);
            vm.assertTrue(owners, "the timelock");
        }
    }

    function testFuzz_Parameters_NobodyElseChangesThem(address sender, uint256 which) public {
        vm.assume(sender != address(timelock));
        (address[] memory targets, bytes[] memory calls) = _governed();
        which %= calls.length;
        bytes32 before = _parameters();
        vm.prank(sender);
        (bool done,) = targets[which].call(calls[which]);
        vm.assertTrue(!done, "somebody else");
        vm.assertEq(_parameters(), before, "parameters");
    }

    function testFuzz_Timelock_NobodyElseSchedulesOrAdministers(address sender, uint256 which) public {
        vm.assume(sender != address(governor) && sender != address(timelock) && sender != address(0));
        bytes memory change = abi.encodeCall(registry.setMinStake, (1));
        bytes[6] memory calls = [
            abi.encodeCall(timelock.schedule, (address(registry), 0, change, 0, 0, 28 days)),
            abi.encodeCall(timelock.execute, (address(registry), 0, change, 0, 0)),
            abi.encodeCall(timelock.grantRole, (timelock.PROPOSER_ROLE(), sender)),
            abi.encodeCall(timelock.grantRole, (bytes32(0), sender)),
            abi.encodeCall(timelock.updateDelay, (0)),
            abi.encodeCall(timelock.cancel, (bytes32(uint256(1))))
        ];
        vm.prank(sender);
        (bool done,) = address(timelock).call(calls[which % 6]);
        vm.assertTrue(!done, "let in");
    }

    function test_Escrow_HasNoOwner_GovernanceCannotTouchIt() public {
        (ChannelEscrow.Channel memory channel, bytes32 id) = _channel();
        string[10] memory powers = [
            "owner()", "transferOwnership(address)", "renounceOwnership()", "pause()", "unpause()", "setPaused(bool)",
            "grantRole(bytes32,address)", "upgradeTo(address)", "upgradeToAndCall(address,bytes)", "sweep(address)"
        ];
        for (uint256 i; i < powers.length; ++i) {
            vm.prank(address(timelock));
            (bool done,) = address(escrow).call(abi.encodeWithSelector(bytes4(keccak256(bytes(powers[i]))), whale, whale));
            vm.assertTrue(!done, powers[i]);
        }
        // A vote for taking the deposit cannot be executed: nothing is there to call.
        Proposal memory p = proposalOf(
            address(escrow), abi.encodeCall(escrow.close, (channel, 500, abi.encodePacked(bytes32(0), bytes32(0), uint8(27))))
        );
        carried(governor, p);
        vm.expectRevert();
        governor.execute(p.targets, p.values, p.calls, keccak256(bytes(p.description)));
        vm.assertEq(money.balanceOf(address(escrow)), 1000, "the deposit");
        _leave(channel);
        (,, uint40 closeAt, ChannelEscrow.Status status) = escrow.getChannel(id);
        vm.assertEq(uint256(status), uint256(ChannelEscrow.Status.Closed), "closed");
        vm.assertEq(closeAt, 0, "no request");
    }

    function test_Pause_HoldsRegistrationsUpAndNoExit() public {
        _register(PROVIDER, KEY);
        (ChannelEscrow.Channel memory channel,) = _channel();
        Proposal memory p = proposalOf(address(registry), abi.encodeCall(registry.setPaused, (true)));
        carried(court, p);
        execute(court, p);
        vm.assertTrue(registry.paused(), "paused");
        address late = address(0x1A7E);
        bytes memory keyProof = _fund(late, 0xBAD);
        vm.prank(late);
        vm.expectRevert(ProviderRegistry.RegistrationPaused.selector);
        registry.register(1_000e6, vm.addr(0xBAD), keyProof, address(0), late, "", "https://late.example");
        vm.prank(PROVIDER);
        registry.requestUnstake(1_000e6);
        vm.warp(block.timestamp + registry.THAW_PERIOD());
        vm.prank(PROVIDER);
        registry.withdraw();
        vm.assertEq(money.balanceOf(PROVIDER), 1_000e6, "the stake");
        _leave(channel);
    }

    function test_Court_SparesAProvider_InTheVetoWindow() public {
        _register(PROVIDER, KEY);
        bytes32 caseId = _case();
        Proposal memory p = proposalOf(address(arbiter), abi.encodeCall(arbiter.veto, (caseId, true)));
        carried(court, p);
        execute(court, p);
        vm.assertEq(uint256(arbiter.getCase(caseId).status), uint256(DisputeArbiter.Status.Vetoed), "vetoed");
        vm.assertEq(arbiter.credits(address(timelock)), 100e6, "the bond is the treasury's");
        // It can do no more than that.
        p = proposalOf(address(registry), abi.encodeCall(registry.setMinStake, (1)));
        carried(court, p);
        vm.expectRevert();
        court.execute(p.targets, p.values, p.calls, keccak256(bytes(p.description)));
    }

    function test_Provider_DisagreesWithAChange_LeavesBeforeItHolds() public {
        _register(PROVIDER, KEY);
        Proposal memory p = proposalOf(address(registry), abi.encodeCall(registry.setMaxCaseShare, (5_000)));
        uint256 id = propose(governor, p);
        vm.warp(block.timestamp + governor.votingDelay() + 1);
        vm.prank(whale);
        governor.castVote(id, 1);
        vm.warp(block.timestamp + governor.votingPeriod());
        queue(governor, p);
        vm.prank(PROVIDER);
        registry.requestUnstake(1_000e6);
        vm.warp(governor.proposalEta(id));
        vm.prank(PROVIDER);
        registry.withdraw();
        vm.assertEq(money.balanceOf(PROVIDER), 1_000e6, "the stake");
        execute(governor, p);
    }

    function test_Rewards_OwnerGone_EverythingStillEnds() public {
        // Were the timelock to give the distributor up, a challenge would still end, and everybody would get back what is theirs.
        money.mint(address(distributor), 100);
        money.mint(whale, 2e9);
        vm.warp(START + 7 days);
        vm.startPrank(whale);
        money.approve(address(distributor), 2e9);
        distributor.postRoot(0, keccak256("root"), 100, 0);
        distributor.challengeRoot(0, 1);
        vm.stopPrank();
        vm.prank(address(timelock));
        distributor.renounceOwnership();
        vm.warp(block.timestamp + 45 days);
        distributor.expireChallenge(0);
        distributor.withdraw(whale);
        vm.assertEq(money.balanceOf(whale), 2e9, "bonds");
        vm.assertEq(distributor.committed(), 0, "committed");
        vm.assertEq(uint256(distributor.getEpoch(0).status), uint256(EpochDistributor.Status.None), "over");
    }

    /// Everything that governance sets, with values that would show.
    function _governed() private view returns (address[] memory targets, bytes[] memory calls) {
        calls = new bytes[](11);
        calls[0] = abi.encodeCall(registry.setMinStake, (7));
        calls[1] = abi.encodeCall(registry.setMaxCaseShare, (7));
        calls[2] = abi.encodeCall(registry.setArbiter, (address(arbiter), false));
        calls[3] = abi.encodeCall(registry.setTreasury, (whale));
        calls[4] = abi.encodeCall(registry.setGuardian, (whale));
        calls[5] = abi.encodeCall(distributor.setRewardCap, (7));
        calls[6] = abi.encodeCall(distributor.setBond, (7));
        calls[7] = abi.encodeCall(distributor.setPoster, (whale));
        calls[8] = abi.encodeCall(distributor.returnFunds, (0));
        calls[9] = abi.encodeCall(registry.transferOwnership, (whale));
        calls[10] = abi.encodeCall(distributor.transferOwnership, (whale));
        targets = new address[](11);
        for (uint256 i; i < 11; ++i) targets[i] = i < 5 || i == 9 ? address(registry) : address(distributor);
    }

    function _parameters() private view returns (bytes32) {
        return keccak256(
            abi.encode(
                registry.minStake(), registry.maxCaseShare(), registry.isArbiter(address(arbiter)), registry.treasury(),
                registry.guardian(), registry.owner(), registry.pendingOwner(), registry.paused(), distributor.rewardCap(), distributor.bond(),
                distributor.poster(), distributor.owner()
            )
        );
    }

    function _register(address provider, uint256 key) private {
        bytes memory keyProof = _fund(provider, key);
        vm.prank(provider);
        registry.register(1_000e6, vm.addr(key), keyProof, address(0), provider, "", "https://provider.example");
    }

    function _fund(address provider, uint256 key) private returns (bytes memory keyProof) {
        money.mint(provider, 1_000e6);
        vm.prank(provider);
        money.approve(address(registry), 1_000e6);
        return sign(key, registry.keyDigest(provider, vm.addr(key)));
    }

    /// Two receipts of the provider that contradict each other.
    function _case() private returns (bytes32) {
        money.mint(minnow, 100e6);
        Said memory receipt = said();
        bytes memory one = encode(receipt);
        ++receipt.amount;
        bytes memory other = encode(receipt);
        vm.startPrank(minnow);
        money.approve(address(arbiter), 100e6);
        bytes32 id = arbiter.openEquivocation(one, sign(KEY, keccak256(one)), other, sign(KEY, keccak256(other)));
        vm.stopPrank();
        return id;
    }

    function _channel() private returns (ChannelEscrow.Channel memory channel, bytes32 id) {
        money.mint(minnow, 1000);
        vm.startPrank(minnow);
        money.approve(address(escrow), 1000);
        id = escrow.open(PROVIDER, address(money), 1000, 0, address(0));
        vm.stopPrank();
        channel = ChannelEscrow.Channel(minnow, PROVIDER, address(money), 0, address(0));
    }

    function _leave(ChannelEscrow.Channel memory channel) private {
        vm.prank(minnow);
        escrow.requestClose(channel);
        vm.warp(block.timestamp + 1 hours);
        escrow.withdraw(channel);
        vm.assertEq(money.balanceOf(minnow), 1000, "the payer");
    }
}
