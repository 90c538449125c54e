// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {ChannelEscrow} from "../../src/ChannelEscrow.sol";
import {DisputeArbiter} from "../../src/DisputeArbiter.sol";
import {EpochDistributor} from "../../src/EpochDistributor.sol";
import {ProviderRegistry} from "../../src/ProviderRegistry.sol";
import {GovernanceTimelock} from "../../src/governance/GovernanceTimelock.sol";
import {GovernanceToken} from "../../src/governance/GovernanceToken.sol";
import {ParameterGovernor} from "../../src/governance/ParameterGovernor.sol";
import {TestToken} from "../../src/testing/TestToken.sol";
import {Fixture} from "../fixtures/Fixture.sol";
import {vm} from "../fixtures/Vm.sol";
import {GovernanceDeployer} from "./GovernanceDeployer.sol";

/// The whole set, with a few holders of votes.
abstract contract GovernanceFixture is Fixture {
    uint64 internal constant START = 1_800_000_000;

    struct Proposal {
        address[] targets;
        uint256[] values;
        bytes[] calls;
        string description;
    }

    GovernanceDeployer internal deployer;
    GovernanceToken internal votes;
    GovernanceTimelock internal timelock;
    ParameterGovernor internal governor;
    GovernanceTimelock internal courtTimelock;
    ParameterGovernor internal court;
    ProviderRegistry internal registry;
    DisputeArbiter internal arbiter;
    EpochDistributor internal distributor;
    ChannelEscrow internal escrow;
    TestToken internal money;
    address internal whale = address(0x3A1E); // half of the votes
    address internal minnow = address(0x3144); // a hundredth of them, less than the quorum

    function setUp() public virtual {
        vm.warp(START);
        money = deployToken();
        escrow = ChannelEscrow(deployArtifact("ChannelEscrow", abi.encode(1 hours)));
        deployer = new GovernanceDeployer();
        deployer.deploy(
            address(this),
            address(money),
            address(escrow),
            EpochDistributor.Schedule(START, 7 days, 2 days, 45 days, 90 days)
        );
        votes = deployer.votes();
        timelock = deployer.timelock();
        governor = deployer.governor();
        courtTimelock = deployer.courtTimelock();
        court = deployer.court();
        registry = deployer.registry();
        arbiter = deployer.arbiter();
        distributor = deployer.distributor();
        votes.transfer(whale, votes.totalSupply() / 2);
        votes.transfer(minnow, votes.totalSupply() / 100);
        vm.prank(whale);
        votes.delegate(whale);
        vm.prank(minnow);
        votes.delegate(minnow);
        vm.warp(block.timestamp + 1);
    }

    function proposalOf(address target, bytes memory data) internal pure returns (Proposal memory p) {
        p = Proposal(new address[](1), new uint256[](1), new bytes[](1), "as discussed");
        p.targets[0] = target;
        p.calls[0] = data;
    }

    function propose(ParameterGovernor by, Proposal memory p) internal returns (uint256 id) {
        vm.prank(whale);
        return by.propose(p.targets, p.values, p.calls, p.description);
    }

    function queue(ParameterGovernor by, Proposal memory p) internal {
        by.queue(p.targets, p.values, p.calls, keccak256(bytes(p.description)));
    }

    function execute(ParameterGovernor by, Proposal memory p) internal {
        by.execute(p.targets, p.values, p.calls, keccak256(bytes(p.description)));
    }

    /// Proposes, votes and queues, up to the second in which it can be executed.
    function carried(ParameterGovernor by, Proposal memory p) internal returns (uint256 id) {
        id = propose(by, p);
        vm.warp(block.timestamp + by.votingDelay() + 1);
        vm.prank(whale);
        by.castVote(id, 1);
        vm.warp(block.timestamp + by.votingPeriod());
        queue(by, p);
        vm.warp(by.proposalEta(id));
    }

    function checkState(ParameterGovernor by, uint256 id, IGovernor.ProposalState state) internal view {
        vm.assertEq(uint256(by.state(id)), uint256(state), "state");
    }
}
