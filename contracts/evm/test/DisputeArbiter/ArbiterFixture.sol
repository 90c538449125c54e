// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DisputeArbiter} from "../../src/DisputeArbiter.sol";
import {RegistryFixture} from "../ProviderRegistry/RegistryFixture.sol";
import {vm} from "../fixtures/Vm.sol";
import {Statements} from "./Statements.sol";

/// An arbiter of the registry, a registered provider, and a reporter who can post bonds.
abstract contract ArbiterFixture is RegistryFixture, Statements {
    uint256 internal constant BOND = 50e6;
    uint256 internal constant VETO_WINDOW = 7 days;
    uint256 internal constant SLASH_SHARE = 1_000;
    address internal constant ESCROW = address(0xE5C0);

    DisputeArbiter internal arbiter;

    function setUp() public virtual override {
        super.setUp();
        arbiter = deployArbiter(BOND, VETO_WINDOW, SLASH_SHARE);
        vm.prank(owner);
        registry.setArbiter(address(arbiter), true);
        register(provider, KEY, STAKE);
        bonded(reporter);
    }

    function deployArbiter(uint256 bond, uint256 vetoWindow, uint256 slashShare) internal returns (DisputeArbiter) {
        bytes memory arguments = abi.encode(address(registry), ESCROW, bond, vetoWindow, slashShare);
        return DisputeArbiter(deployArtifact("DisputeArbiter", arguments));
    }

    function bonded(address account) internal {
        token.mint(account, 1e24);
        vm.prank(account);
        token.approve(address(arbiter), type(uint256).max);
    }

    function signed(uint256 key, bytes memory statement) internal pure returns (bytes memory) {
        return sign(key, keccak256(statement));
    }

    /// Opens the case of two receipts for a run of job `job`.
    function equivocation(uint256 key, uint128 job, bytes memory channel) internal returns (bytes32) {
        Said memory first = said();
        first.jobId = bytes16(job);
        first.channel = channel;
        bytes memory one = encode(first);
        ++first.amount;
        bytes memory other = encode(first);
        bytes memory oneSigned = signed(key, one);
        bytes memory otherSigned = signed(key, other);
        vm.prank(reporter);
        return arbiter.openEquivocation(one, oneSigned, other, otherSigned);
    }

    function opened() internal returns (bytes32) {
        return equivocation(KEY, 1, "");
    }

    function checkCase(bytes32 caseId, DisputeArbiter.Status status, uint256 endsAt) internal view {
        DisputeArbiter.Case memory entry = arbiter.getCase(caseId);
        vm.assertEq(uint256(entry.status), uint256(status), "status");
        vm.assertEq(uint256(entry.endsAt), endsAt, "endsAt");
    }
}
