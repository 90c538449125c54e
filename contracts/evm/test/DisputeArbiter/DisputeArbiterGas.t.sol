// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DisputeArbiter} from "../../src/DisputeArbiter.sol";
import {ArbiterFixture} from "./ArbiterFixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// What a whole transaction costs, with its base fee and its calldata; compared with the figures under gas/. The statements are the SDK's.
/// forge-config: default.isolate = true
contract DisputeArbiterGasTest is ArbiterFixture {
    function setUp() public override {
        super.setUp();
        schedule(provider, uint256(keccak256("a provider's key")));
    }

    function test_Gas_OpenEquivocation() public {
        bytes[4] memory parts = [
            vector(".receipts.honest.bytes"),
            vector(".receipts.honest.signature"),
            vector(".receipts.second.bytes"),
            vector(".receipts.second.signature")
        ];
        vm.prank(reporter);
        arbiter.openEquivocation(parts[0], parts[1], parts[2], parts[3]);
        vm.snapshotGasLastCall("DisputeArbiter", "openEquivocation");
    }

    function test_Gas_OpenOvercharge() public {
        bytes[4] memory parts = [
            vector(".receipts.overcharged.bytes"),
            vector(".receipts.overcharged.signature"),
            vector(".offers.usual.bytes"),
            vector(".offers.usual.signature")
        ];
        vm.prank(reporter);
        arbiter.openOvercharge(parts[0], parts[1], parts[2], parts[3]);
        vm.snapshotGasLastCall("DisputeArbiter", "openOvercharge");
    }

    function test_Gas_Endings() public {
        DisputeArbiter.Channel memory channel =
            DisputeArbiter.Channel(victim, payee, address(token), bytes32(uint256(5)), address(0));
        bytes32 id = keccak256(abi.encode(channel, ESCROW, block.chainid));
        bytes32 caseId = equivocation(KEY, 1, abi.encodePacked(id));
        bytes32 other = equivocation(KEY, 2, "");
        arbiter.nameVictim(caseId, channel);
        vm.snapshotGasLastCall("DisputeArbiter", "nameVictim");
        vm.prank(guardian);
        arbiter.extend(other);
        vm.snapshotGasLastCall("DisputeArbiter", "extend");
        vm.prank(owner);
        arbiter.veto(other, false);
        vm.snapshotGasLastCall("DisputeArbiter", "veto");
        vm.warp(block.timestamp + VETO_WINDOW);
        arbiter.finalize(caseId);
        vm.snapshotGasLastCall("DisputeArbiter", "finalize");
        arbiter.collect(reporter);
        vm.snapshotGasLastCall("DisputeArbiter", "collect");
    }
}
