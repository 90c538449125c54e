// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EpochDistributor} from "../../src/EpochDistributor.sol";
import {TestToken} from "../../src/testing/TestToken.sol";
import {Fixture} from "../fixtures/Fixture.sol";
import {MerkleTree} from "../fixtures/MerkleTree.sol";
import {vm} from "../fixtures/Vm.sol";

/// A funded distributor at the end of its first epochs, and lists with their proofs.
abstract contract DistributorFixture is Fixture {
    uint64 internal constant START = 1_800_000_000;
    uint64 internal constant LENGTH = 7 days;
    uint64 internal constant WINDOW = 2 days;
    uint64 internal constant RULING = 30 days;
    uint64 internal constant CLAIMING = 90 days;
    uint128 internal constant CAP = 1e12;
    uint96 internal constant BOND = 1e9 + 1; // odd, so that halves show

    EpochDistributor internal distributor;
    TestToken internal token;
    address internal owner = address(0x60);
    address internal treasury = address(0x7EA);
    address internal poster = address(0x905);
    address internal challenger = address(0xC4A);

    function setUp() public virtual {
        vm.warp(START + 5 * LENGTH);
        token = deployToken();
        distributor = deploy(address(token));
        token.mint(address(distributor), 10 * CAP);
        fund(poster);
        fund(challenger);
    }

    function deploy(address token_) internal returns (EpochDistributor) {
        return deployWith(token_, owner, treasury, EpochDistributor.Schedule(START, LENGTH, WINDOW, RULING, CLAIMING), BOND);
    }

    function deployWith(
        address token_,
        address owner_,
        address treasury_,
        EpochDistributor.Schedule memory schedule,
        uint96 bond
    ) internal returns (EpochDistributor) {
        return EpochDistributor(
            deployArtifact("EpochDistributor", abi.encode(token_, owner_, treasury_, schedule, CAP, bond))
        );
    }

    function fund(address account) internal {
        token.mint(account, 1e18);
        vm.prank(account);
        token.approve(address(distributor), type(uint256).max);
    }

    /// A list of `count` rows; row i pays i + 1 to an account of its own.
    function list(uint64 epoch, uint256 count)
        internal
        view
        returns (EpochDistributor.Claim[] memory rows, bytes32 root, uint128 total)
    {
        rows = new EpochDistributor.Claim[](count);
        for (uint256 i; i < count; ++i) {
            rows[i] = EpochDistributor.Claim(epoch, i, address(uint160(0x1000 + i)), i + 1, new bytes32[](0));
            total += uint128(i + 1);
        }
        root = prove(rows);
    }

    /// Puts proofs into rows of one list.
    function prove(EpochDistributor.Claim[] memory rows) internal view returns (bytes32) {
        bytes32[] memory leaves = new bytes32[](rows.length);
        for (uint256 i; i < rows.length; ++i) {
            leaves[i] = distributor.leafOf(rows[i].epoch, rows[i].index, rows[i].account, rows[i].amount);
        }
        bytes32[][] memory tree = MerkleTree.build(leaves);
        for (uint256 i; i < rows.length; ++i) rows[i].proof = MerkleTree.proof(tree, i);
        return MerkleTree.root(tree);
    }

    function post(uint64 epoch, bytes32 root, uint128 total) internal returns (uint32 posting) {
        vm.prank(poster);
        distributor.postRoot(epoch, root, total, keccak256("list"));
        return distributor.getEpoch(epoch).posting;
    }

    /// Posts a list and lets the window pass.
    function opened(uint64 epoch, uint256 count) internal returns (EpochDistributor.Claim[] memory rows) {
        bytes32 root;
        uint128 total;
        (rows, root, total) = list(epoch, count);
        post(epoch, root, total);
        vm.warp(block.timestamp + WINDOW);
    }

    function challenged(uint64 epoch) internal returns (uint32 posting) {
        posting = distributor.getEpoch(epoch).posting;
        vm.prank(challenger);
        distributor.challengeRoot(epoch, posting);
    }

    function refused(EpochDistributor.Refusal reason) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(EpochDistributor.ClaimRefused.selector, reason);
    }

    function wrongStatus(EpochDistributor.Status status) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(EpochDistributor.WrongStatus.selector, status);
    }

    function outOfTime(uint256 until) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(EpochDistributor.OutOfTime.selector, until);
    }

    function checkStatus(uint64 epoch, EpochDistributor.Status status) internal view {
        vm.assertEq(uint256(distributor.getEpoch(epoch).status), uint256(status), "status");
    }
}
