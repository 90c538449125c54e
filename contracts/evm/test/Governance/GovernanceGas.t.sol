// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../fixtures/Vm.sol";
import {GovernanceFixture} from "./GovernanceFixture.sol";

/// What a whole transaction costs, with its base fee and its calldata; compared with the figures under gas/.
/// A proposal of one call.
/// forge-config: default.isolate = true
contract GovernanceGasTest is GovernanceFixture {
    function test_Gas_OneProposal() public {
        Proposal memory p = proposalOf(address(registry), abi.encodeCall(registry.setMinStake, (2_000e6)));
        uint256 id = propose(governor, p);
        vm.snapshotGasLastCall("Governance", "propose");
        vm.warp(block.timestamp + governor.votingDelay() + 1);
        vm.prank(whale);
        governor.castVote(id, 1);
        vm.snapshotGasLastCall("Governance", "castVote");
        vm.warp(block.timestamp + governor.votingPeriod());
        queue(governor, p);
        vm.snapshotGasLastCall("Governance", "queue");
        vm.warp(governor.proposalEta(id));
        execute(governor, p);
        vm.snapshotGasLastCall("Governance", "execute");
    }

    function test_Gas_Votes() public {
        vm.prank(whale);
        votes.delegate(minnow);
        vm.snapshotGasLastCall("Governance", "delegate");
    }
}
