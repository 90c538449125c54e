// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelEscrow} from "../../src/ChannelEscrow.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {Refuser} from "../fixtures/Tokens.sol";
import {vm} from "../fixtures/Vm.sol";

/// What a voucher pays, alone and in a batch, and what is no voucher.
contract ChannelEscrowVouchersTest is EscrowFixture {
    function test_Settle_Anybody_PaysThePayee() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        vm.expectEmit();
        emit ChannelEscrow.Settled(id, 40);
        vm.prank(address(0xCAFE));
        escrow.settle(c, 40, voucher(SIGNER_KEY, id, 40));
        vm.assertEq(token.balanceOf(payee), 40, "first");
        escrow.settle(c, 100, voucher(SIGNER_KEY, id, 100));
        vm.assertEq(token.balanceOf(payee), 100, "the difference only");
        checkState(id, DEPOSIT, 100, 0, ChannelEscrow.Status.Open);
    }

    function test_Settle_NativeAllOfIt_PaysThePayee() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = opened(address(0), signer, 0);
        escrow.settle(c, DEPOSIT, voucher(SIGNER_KEY, id, DEPOSIT));
        vm.assertEq(payee.balance, DEPOSIT, "paid");
        vm.prank(payer);
        escrow.requestClose(c);
        vm.warp(block.timestamp + GRACE);
        escrow.withdraw(c);
        checkState(id, DEPOSIT, DEPOSIT, 0, ChannelEscrow.Status.Closed);
    }

    function test_Settle_NoGainOrBeyondTheDeposit_Reverts() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        bytes memory signature = voucher(SIGNER_KEY, id, 40);
        escrow.settle(c, 40, signature);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.NothingToSettle.selector, 40));
        escrow.settle(c, 40, signature);
        signature = voucher(SIGNER_KEY, id, 39);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.NothingToSettle.selector, 40));
        escrow.settle(c, 39, signature);
        signature = voucher(SIGNER_KEY, id, DEPOSIT + 1);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.ExceedsDeposit.selector, DEPOSIT));
        escrow.settle(c, DEPOSIT + 1, signature);
        signature = voucher(SIGNER_KEY, id, type(uint128).max);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.ExceedsDeposit.selector, DEPOSIT));
        escrow.settle(c, type(uint128).max, signature);
    }

    function test_Settle_PayerSignsWhereNoSignerIsNamed() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = opened(address(token), address(0), 0);
        bytes memory other = voucher(SIGNER_KEY, id, 5);
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.settle(c, 5, other);
        escrow.settle(c, 5, voucher(PAYER_KEY, id, 5));
        vm.assertEq(escrow.settleBatch(payee, address(token), signedRow(SIGNER_KEY, c, id, 9)), 0, "other");
        vm.assertEq(escrow.settleBatch(payee, address(token), signedRow(PAYER_KEY, c, id, 9)), 4, "payer");
    }

    function test_Settle_PayerWhereASignerIsNamed_Reverts() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        bytes memory signature = voucher(PAYER_KEY, id, 5);
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.settle(c, 5, signature);
        vm.assertEq(escrow.settleBatch(payee, address(token), signedRow(PAYER_KEY, c, id, 5)), 0, "batch");
    }

    function test_Settle_ContractSigner_AsksTheContract() public {
        address wallet = deployArtifact("testing/TestWallet", abi.encode(signer));
        (ChannelEscrow.Channel memory c, bytes32 id) = opened(address(token), wallet, 0);
        bytes memory other = voucher(PAYER_KEY, id, 5);
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.settle(c, 5, other);
        escrow.settle(c, 5, voucher(SIGNER_KEY, id, 5));
        vm.assertEq(token.balanceOf(payee), 5, "paid");
        bytes memory signature = voucher(SIGNER_KEY, id, 8);
        vm.prank(payee);
        escrow.close(c, 8, signature);
        vm.assertEq(token.balanceOf(payee), 8, "paid at the close");
    }

    function test_Settle_KeyTakesOnCodeLater_ItsVouchersStand() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        bytes memory signature = voucher(SIGNER_KEY, id, 5);
        vm.etch(signer, type(Refuser).runtimeCode);
        escrow.settle(c, 5, signature);
        vm.assertEq(escrow.settleBatch(payee, address(token), signedRow(SIGNER_KEY, c, id, 9)), 4, "batch");
    }

    function testFuzz_Settle_EitherSignatureForm_Pays(uint96 amount, bool compact) public {
        vm.assume(amount > 0 && amount <= DEPOSIT);
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        escrow.settle(c, amount, compact ? compactVoucher(SIGNER_KEY, id, amount) : voucher(SIGNER_KEY, id, amount));
        vm.assertEq(token.balanceOf(payee), amount, "paid");
    }

    function testFuzz_Settle_HighS_Reverts(uint96 amount) public {
        vm.assume(amount > 0 && amount <= DEPOSIT);
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SIGNER_KEY, escrow.voucherDigest(id, amount));
        bytes32 high = bytes32(ORDER - uint256(s));
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.settle(c, amount, abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27)));
        // EIP-2098 has no bit to spare for most of these; the row reads as another signature, or as a high one.
        bytes memory rows = row(c, amount, abi.encodePacked(r, bytes32(uint256(high) | (v == 27 ? uint256(1) << 255 : 0))));
        vm.assertEq(escrow.settleBatch(payee, address(token), rows), 0, "batch");
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.settle(c, amount, abi.encodePacked(r, bytes32(uint256(high) | (v == 27 ? uint256(1) << 255 : 0))));
    }

    function testFuzz_Settle_AnyBytes_Revert(bytes calldata signature) public {
        (ChannelEscrow.Channel memory c,) = openedToken();
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.settle(c, 1, signature);
    }

    function testFuzz_Settle_OtherThanSigned_Reverts(uint96 signed, uint96 claimed, uint256 flip) public {
        vm.assume(claimed > 0 && claimed <= DEPOSIT && claimed != signed);
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        bytes memory signature = voucher(SIGNER_KEY, id, signed);
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.settle(c, claimed, signature);
        vm.assertEq(escrow.settleBatch(payee, address(token), row(c, claimed, compactVoucher(SIGNER_KEY, id, signed))), 0, "row");
        bytes memory rows = signedRow(SIGNER_KEY, c, id, claimed);
        flip %= rows.length * 8;
        rows[flip / 8] ^= bytes1(uint8(1 << (flip % 8)));
        vm.assertEq(escrow.settleBatch(payee, address(token), rows), 0, "a bit flipped");
    }

    function test_Settle_VoucherOfAnotherChannelOrEscrow_Reverts() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        (, bytes32 other) = opened(address(token), signer, bytes32(uint256(2)));
        bytes memory signature = voucher(SIGNER_KEY, other, 5);
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.settle(c, 5, signature);
        ChannelEscrow twin = deploy(GRACE);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SIGNER_KEY, twin.voucherDigest(id, 5));
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.settle(c, 5, abi.encodePacked(r, s, v));
    }

    function test_SettleBatch_GoodAndBadRows_PaysTheGoodOnce() public {
        (ChannelEscrow.Channel memory a, bytes32 idA) = openedToken();
        (ChannelEscrow.Channel memory b, bytes32 idB) = opened(address(token), address(0), bytes32(uint256(2)));
        ChannelEscrow.Channel memory none = channelWith(address(token), signer, bytes32(uint256(77)));
        bytes32 idNone = escrow.computeChannelId(payer, payee, address(token), none.salt, signer);
        bytes memory rows = abi.encodePacked(
            row(a, 10, compactVoucher(PAYER_KEY, idA, 10)),
            signedRow(SIGNER_KEY, a, idA, 10),
            signedRow(SIGNER_KEY, a, idA, 10),
            signedRow(SIGNER_KEY, none, idNone, 10),
            signedRow(SIGNER_KEY, a, idA, DEPOSIT + 1),
            signedRow(PAYER_KEY, b, idB, DEPOSIT),
            signedRow(SIGNER_KEY, a, idA, 12)
        );
        vm.expectEmit();
        emit ChannelEscrow.Settled(idA, 10);
        vm.expectEmit();
        emit ChannelEscrow.Settled(idB, DEPOSIT);
        vm.expectEmit();
        emit ChannelEscrow.Settled(idA, 12);
        vm.assertEq(escrow.settleBatch(payee, address(token), rows), DEPOSIT + 12, "sum");
        vm.assertEq(token.balanceOf(payee), DEPOSIT + 12, "paid");
        checkState(idA, DEPOSIT, 12, 0, ChannelEscrow.Status.Open);
        checkState(idB, DEPOSIT, DEPOSIT, 0, ChannelEscrow.Status.Open);
    }

    function test_SettleBatch_OtherPayeeOrToken_PaysNothing() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        bytes memory rows = signedRow(SIGNER_KEY, c, id, 10);
        vm.assertEq(escrow.settleBatch(address(0xBAD), address(token), rows), 0, "payee");
        vm.assertEq(escrow.settleBatch(payee, address(0), rows), 0, "token");
        vm.assertEq(escrow.settleBatch(payee, address(token), rows), 10, "right");
    }

    function test_SettleBatch_RowsNotWhole_Reverts() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        bytes memory rows = signedRow(SIGNER_KEY, c, id, 10);
        vm.expectRevert(ChannelEscrow.InvalidBatch.selector);
        escrow.settleBatch(payee, address(token), abi.encodePacked(rows, bytes1(0)));
        // No row at all is a batch of nothing, and moves nothing.
        vm.recordLogs();
        vm.assertEq(escrow.settleBatch(payee, address(token), ""), 0, "empty");
        vm.assertEq(vm.getRecordedLogs().length, 0, "no transfer");
    }

    function test_SettleBatch_SettledBefore_SaysAndMovesNothing() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        bytes memory rows = signedRow(SIGNER_KEY, c, id, 10);
        vm.assertEq(escrow.settleBatch(payee, address(token), rows), 10, "first");
        vm.recordLogs();
        vm.assertEq(escrow.settleBatch(payee, address(token), rows), 0, "again");
        vm.assertEq(vm.getRecordedLogs().length, 0, "events");
    }

    function test_SettleBatch_NoKeyBehindTheSigner_PaysNothing() public {
        // Recovery fails for an r of zero, and what it leaves behind must be nobody's address.
        for (uint160 n = 1; n <= 32; ++n) {
            (ChannelEscrow.Channel memory c,) = opened(address(token), address(n), 0);
            vm.assertEq(escrow.settleBatch(payee, address(token), row(c, 10, new bytes(64))), 0, "paid");
        }
    }

    function test_SettleBatch_Pending_KeepsTheRequestToClose() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        vm.prank(payer);
        escrow.requestClose(c);
        vm.assertEq(escrow.settleBatch(payee, address(token), signedRow(SIGNER_KEY, c, id, 10)), 10, "paid");
        checkState(id, DEPOSIT, 10, block.timestamp + GRACE, ChannelEscrow.Status.Open);
    }

    /// What each single settlement would pay is what the batch pays, row by row.
    function testFuzz_SettleBatch_EqualsSingles(uint96[5] calldata amounts, uint8[5] calldata keys) public {
        ChannelEscrow single = escrow;
        ChannelEscrow.Channel[3] memory cs;
        for (uint256 i; i < 3; ++i) {
            (cs[i],) = opened(address(token), i == 2 ? address(0) : signer, bytes32(i));
        }

        ChannelEscrow batch = deploy(GRACE);
        vm.prank(payer);
        token.approve(address(batch), type(uint256).max);
        escrow = batch;
        for (uint256 i; i < 3; ++i) opened(address(token), i == 2 ? address(0) : signer, bytes32(i));

        bytes memory rows;
        uint256 expected;
        for (uint256 i; i < 5; ++i) {
            uint256 key = keys[i] % 4 == 0 ? PAYER_KEY : SIGNER_KEY;
            uint256 amount = uint256(amounts[i]) % (DEPOSIT + DEPOSIT / 4);
            ChannelEscrow.Channel memory c = cs[keys[i] % 3];
            escrow = single;
            bytes32 id = escrow.computeChannelId(c.payer, c.payee, c.token, c.salt, c.authorizedSigner);
            uint256 before = token.balanceOf(payee);
            try escrow.settle(c, uint128(amount), voucher(key, id, amount)) {} catch {}
            expected += token.balanceOf(payee) - before;
            escrow = batch;
            id = escrow.computeChannelId(c.payer, c.payee, c.token, c.salt, c.authorizedSigner);
            rows = abi.encodePacked(rows, signedRow(key, c, id, amount));
        }

        vm.assertEq(batch.settleBatch(payee, address(token), rows), expected, "sum");
        vm.assertEq(token.balanceOf(payee), 2 * expected, "paid");
        for (uint256 i; i < 3; ++i) {
            address signer_ = i == 2 ? address(0) : signer;
            (uint96 deposit, uint96 settled, uint40 closeAt, ChannelEscrow.Status status) =
                single.getChannel(single.computeChannelId(payer, payee, address(token), bytes32(i), signer_));
            escrow = batch;
            checkState(
                batch.computeChannelId(payer, payee, address(token), bytes32(i), signer_), deposit, settled, closeAt, status
            );
        }
    }
}
