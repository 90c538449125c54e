// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EpochDistributor} from "../../src/EpochDistributor.sol";
import {MerkleTree} from "../fixtures/MerkleTree.sol";
import {Vm, vm} from "../fixtures/Vm.sol";
import {DistributorFixture} from "./DistributorFixture.sol";

/// Leaves, claims one by one and many at once, and what is left over.
contract EpochDistributorClaimsTest is DistributorFixture {
    address private constant STRANGER = address(0x5712A);

    function test_Leaf_HashedTwice_BoundToChainContractEpoch() public {
        bytes memory content = abi.encode(block.chainid, address(distributor), 3, 7, address(1), 9);
        bytes32 leaf = keccak256(bytes.concat(keccak256(content)));
        vm.assertEq(distributor.leafOf(3, 7, address(1), 9), leaf, "leaf");
        vm.chainId(5);
        vm.assertTrue(distributor.leafOf(3, 7, address(1), 9) != leaf, "chain");
    }

    function test_Claim_AnybodySends_AccountIsPaid() public {
        EpochDistributor.Claim[] memory rows = opened(0, 5);
        uint256 committed = distributor.committed();
        for (uint256 i; i < 5; ++i) {
            vm.assertTrue(!distributor.isClaimed(0, i), "before");
            vm.expectEmit();
            emit EpochDistributor.Claimed(0, i, rows[i].account, i + 1);
            vm.prank(STRANGER);
            distributor.claim(rows[i]);
            vm.assertEq(token.balanceOf(rows[i].account), i + 1, "paid");
            vm.assertTrue(distributor.isClaimed(0, i), "after");
        }
        vm.assertEq(distributor.getEpoch(0).claimed, 15, "claimed");
        vm.assertEq(distributor.committed(), committed - 15, "committed");
        vm.assertEq(token.balanceOf(STRANGER), 0, "stranger");
    }

    function test_Claim_OneRow_NeedsNoProof() public {
        EpochDistributor.Claim[] memory rows = opened(0, 1);
        distributor.claim(rows[0]);
        vm.assertEq(token.balanceOf(rows[0].account), 1, "paid");
    }

    function test_Claim_Twice_Refused() public {
        EpochDistributor.Claim[] memory rows = opened(0, 3);
        distributor.claim(rows[1]);
        _refused(rows[1], EpochDistributor.Refusal.AlreadyClaimed);
        vm.assertEq(token.balanceOf(rows[1].account), 2, "paid once");
    }

    function test_Claim_OutsideItsTime_Refused() public {
        (EpochDistributor.Claim[] memory rows, bytes32 root, uint128 total) = list(0, 3);
        _refused(rows[0], EpochDistributor.Refusal.NotOpen);
        post(0, root, total);
        uint256 open = block.timestamp + WINDOW;
        vm.warp(open - 1);
        _refused(rows[0], EpochDistributor.Refusal.NotOpen);
        vm.warp(open);
        distributor.claim(rows[0]);
        vm.warp(open + CLAIMING - 1);
        distributor.claim(rows[1]);
        vm.warp(open + CLAIMING);
        _refused(rows[2], EpochDistributor.Refusal.NotOpen);
        distributor.sweepExpired(0);
        _refused(rows[2], EpochDistributor.Refusal.NotOpen);
    }

    function test_Claim_Challenged_Refused() public {
        (EpochDistributor.Claim[] memory rows, bytes32 root, uint128 total) = list(0, 3);
        post(0, root, total);
        challenged(0);
        vm.warp(block.timestamp + WINDOW);
        _refused(rows[0], EpochDistributor.Refusal.NotOpen);
        // Even when nobody ruled in time.
        vm.warp(block.timestamp + RULING);
        _refused(rows[0], EpochDistributor.Refusal.NotOpen);
    }

    function test_Claim_SomethingElse_Refused() public {
        EpochDistributor.Claim[] memory rows = opened(0, 4);
        EpochDistributor.Claim memory row = rows[1];
        row.account = STRANGER;
        _refused(row, EpochDistributor.Refusal.InvalidProof);
        row.account = rows[2].account;
        _refused(row, EpochDistributor.Refusal.InvalidProof);
        row = rows[2];
        row.amount = 4;
        _refused(row, EpochDistributor.Refusal.InvalidProof);
        row.amount = 3;
        row.index = 9;
        _refused(row, EpochDistributor.Refusal.InvalidProof);
        row.index = 2;
        row.proof = rows[3].proof;
        _refused(row, EpochDistributor.Refusal.InvalidProof);
        row.proof = new bytes32[](0);
        _refused(row, EpochDistributor.Refusal.InvalidProof);
    }

    function test_Claim_ListOfAnotherEpochChainOrContract_Refused() public {
        (EpochDistributor.Claim[] memory rows, bytes32 root, uint128 total) = list(0, 4);
        post(0, root, total);
        // The same root in another epoch pays nobody: its leaves are those of epoch 0.
        post(1, root, total);
        EpochDistributor other = deploy(address(token));
        token.mint(address(other), CAP);
        vm.prank(poster);
        token.approve(address(other), BOND);
        vm.prank(poster);
        other.postRoot(0, root, total, 0);
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(refused(EpochDistributor.Refusal.InvalidProof));
        other.claim(rows[0]);
        vm.chainId(1234);
        _refused(rows[0], EpochDistributor.Refusal.InvalidProof);
        vm.chainId(31337);
        distributor.claim(rows[0]);
        rows[1].epoch = 1;
        _refused(rows[1], EpochDistributor.Refusal.InvalidProof);
    }

    function test_Claim_InnerNode_IsNoLeaf() public {
        // A leaf's content is 192 bytes, a node's 64: even the right bytes are hashed once more before they count.
        EpochDistributor.Claim[] memory rows = opened(0, 2);
        bytes32[] memory none = new bytes32[](0);
        bytes32 a = distributor.leafOf(0, 0, rows[0].account, 1);
        bytes32 b = distributor.leafOf(0, 1, rows[1].account, 2);
        vm.assertEq(distributor.getEpoch(0).root, MerkleTree.pair(a, b), "root");
        _refused(EpochDistributor.Claim(0, uint256(a), address(uint160(uint256(b))), 1, none), EpochDistributor.Refusal.InvalidProof);
    }

    function test_Claim_ListPromisesTooMuch_PaysItsTotalAndNoMore() public {
        (EpochDistributor.Claim[] memory rows, bytes32 root,) = list(0, 4);
        post(0, root, 6);
        EpochDistributor.Claim[] memory honest = opened(1, 4);
        distributor.claim(rows[3]);
        _refused(rows[2], EpochDistributor.Refusal.ExceedsTotal);
        distributor.claim(rows[1]);
        _refused(rows[0], EpochDistributor.Refusal.ExceedsTotal);
        vm.assertEq(distributor.claimMany(rows), 0, "batch");
        vm.assertEq(distributor.getEpoch(0).claimed, 6, "claimed");
        vm.assertEq(distributor.claimMany(honest), 10, "the other epoch");
        vm.warp(block.timestamp + CLAIMING);
        distributor.sweepExpired(0);
        vm.assertEq(token.balanceOf(treasury), 0, "nothing left");
    }

    function test_Claim_AmountBeyondAnyTotal_Refused() public {
        EpochDistributor.Claim[] memory rows = new EpochDistributor.Claim[](2);
        rows[0] = EpochDistributor.Claim(0, 0, STRANGER, type(uint256).max, rows[0].proof);
        rows[1] = EpochDistributor.Claim(0, 1, STRANGER, (1 << 128) + 1, rows[0].proof);
        post(0, prove(rows), 5);
        vm.warp(block.timestamp + WINDOW);
        _refused(rows[0], EpochDistributor.Refusal.ExceedsTotal);
        _refused(rows[1], EpochDistributor.Refusal.ExceedsTotal);
    }

    function test_ClaimMany_BadRowsAmongThem_PaysTheOthers() public {
        EpochDistributor.Claim[] memory rows = opened(0, 6);
        distributor.claim(rows[2]);
        rows[4].amount = 6;
        vm.prank(STRANGER);
        vm.assertEq(distributor.claimMany(rows), 1 + 2 + 4 + 6, "paid");
        vm.assertEq(token.balanceOf(rows[2].account), 3, "once");
        vm.assertEq(token.balanceOf(rows[4].account), 0, "bad");
        vm.assertEq(token.balanceOf(rows[5].account), 6, "last");
        vm.assertEq(distributor.getEpoch(0).claimed, 16, "claimed");
        vm.assertEq(distributor.claimMany(rows), 0, "again");
        vm.assertEq(distributor.claimMany(new EpochDistributor.Claim[](0)), 0, "nothing");
    }

    function test_ClaimMany_RowTwice_PaysOnce() public {
        EpochDistributor.Claim[] memory rows = opened(0, 3);
        rows[2] = rows[1];
        vm.assertEq(distributor.claimMany(rows), 3, "paid");
        vm.assertEq(token.balanceOf(rows[1].account), 2, "once");
    }

    function test_ClaimMany_OneAccountInManyEpochs_OnePayment() public {
        EpochDistributor.Claim[] memory rows = new EpochDistributor.Claim[](5);
        for (uint64 epoch; epoch < 5; ++epoch) {
            EpochDistributor.Claim[] memory one = new EpochDistributor.Claim[](1);
            one[0] = EpochDistributor.Claim(epoch, 4, epoch == 3 ? STRANGER : challenger, 10 + epoch, one[0].proof);
            post(epoch, prove(one), 20);
            rows[epoch] = one[0];
        }
        vm.warp(block.timestamp + WINDOW);
        uint256 held = token.balanceOf(challenger);
        vm.recordLogs();
        vm.assertEq(distributor.claimMany(rows), 60, "paid");
        uint256 transfers;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter == address(token)) transfers++;
        }
        vm.assertEq(transfers, 3, "payments");
        vm.assertEq(token.balanceOf(challenger), held + 10 + 11 + 12 + 14, "challenger");
        vm.assertEq(token.balanceOf(STRANGER), 13, "stranger");
    }

    function test_Sweep_AfterTheDeadline_TreasuryGetsTheRest() public {
        EpochDistributor.Claim[] memory rows = opened(0, 4);
        distributor.claim(rows[3]);
        uint256 deadline = block.timestamp + CLAIMING;
        vm.warp(deadline - 1);
        vm.expectRevert(outOfTime(deadline));
        distributor.sweepExpired(0);
        vm.warp(deadline);
        uint256 committed = distributor.committed();
        vm.expectEmit();
        emit EpochDistributor.EpochSwept(0, 6);
        vm.prank(STRANGER);
        distributor.sweepExpired(0);
        vm.assertEq(token.balanceOf(treasury), 6, "treasury");
        vm.assertEq(distributor.committed(), committed - 6, "committed");
        checkStatus(0, EpochDistributor.Status.Swept);
        vm.expectRevert(wrongStatus(EpochDistributor.Status.Swept));
        distributor.sweepExpired(0);
        vm.prank(poster);
        vm.expectRevert(wrongStatus(EpochDistributor.Status.Swept));
        distributor.postRoot(0, bytes32(uint256(1)), 1, 0);
    }

    function test_Sweep_NoRootOrChallenged_Reverts() public {
        vm.expectRevert(wrongStatus(EpochDistributor.Status.None));
        distributor.sweepExpired(0);
        post(0, bytes32(uint256(1)), 5);
        challenged(0);
        vm.warp(block.timestamp + 366 days);
        vm.expectRevert(wrongStatus(EpochDistributor.Status.Challenged));
        distributor.sweepExpired(0);
    }

    function testFuzz_ClaimMany_PaysWhatSingleClaimsDo(uint256 seed, uint8 count) public {
        uint256 n = uint256(count) % 12 + 1;
        EpochDistributor.Claim[] memory rows = opened(0, n);
        // Some amounts are wrong, some rows come twice, and the order is any.
        EpochDistributor.Claim[] memory picked = new EpochDistributor.Claim[](n + 4);
        for (uint256 i; i < picked.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            EpochDistributor.Claim memory from = rows[random % n];
            uint256 amount = (random >> 128) % 4 == 0 ? from.amount + 1 : from.amount;
            picked[i] = EpochDistributor.Claim(0, from.index, from.account, amount, from.proof);
        }
        uint256 snapshot = vm.snapshotState();
        uint256 sum;
        for (uint256 i; i < picked.length; ++i) {
            bool payable_ = distributor.check(picked[i]) == EpochDistributor.Refusal.None;
            (bool done,) = address(distributor).call(abi.encodeCall(distributor.claim, (picked[i])));
            vm.assertTrue(done == payable_, "check says what claim does");
            if (done) sum += picked[i].amount;
        }
        uint256[] memory balances = _balances(rows);
        vm.revertToState(snapshot);
        vm.assertEq(distributor.claimMany(picked), sum, "sum");
        uint256[] memory batched = _balances(rows);
        for (uint256 i; i < n; ++i) vm.assertEq(batched[i], balances[i], "balance");
        vm.assertEq(distributor.getEpoch(0).claimed, sum, "claimed");
    }

    function testFuzz_Claim_AnyListInAnyOrder_EachRowPaysOnce(uint256 seed, uint8 count) public {
        uint256 n = uint256(count) % 40 + 1;
        EpochDistributor.Claim[] memory rows = new EpochDistributor.Claim[](n);
        uint128 total;
        for (uint256 i; i < n; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 amount = random % 1e9;
            // Indexes as they come: neither dense nor sorted.
            rows[i] = EpochDistributor.Claim(0, random >> (i % 2 * 200), address(uint160(random) | 1), amount, rows[i].proof);
            total += uint128(amount);
        }
        vm.assume(total > 0);
        post(0, prove(rows), total);
        vm.warp(block.timestamp + WINDOW);
        for (uint256 i; i < n; ++i) distributor.claim(rows[(i + seed % n) % n]);
        for (uint256 i; i < n; ++i) {
            vm.assertEq(uint256(distributor.check(rows[i])), uint256(EpochDistributor.Refusal.AlreadyClaimed), "twice");
        }
        vm.assertEq(distributor.getEpoch(0).claimed, total, "all");
    }

    function _refused(EpochDistributor.Claim memory row, EpochDistributor.Refusal reason) private {
        vm.assertEq(uint256(distributor.check(row)), uint256(reason), "check");
        vm.expectRevert(refused(reason));
        distributor.claim(row);
        EpochDistributor.Claim[] memory rows = new EpochDistributor.Claim[](1);
        rows[0] = row;
        vm.assertEq(distributor.claimMany(rows), 0, "batch");
    }

    function _balances(EpochDistributor.Claim[] memory rows) private view returns (uint256[] memory balances) {
        balances = new uint256[](rows.length);
        for (uint256 i; i < rows.length; ++i) balances[i] = token.balanceOf(rows[i].account);
    }
}
