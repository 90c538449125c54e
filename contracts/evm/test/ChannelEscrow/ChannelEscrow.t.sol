// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ChannelEscrow} from "../../src/ChannelEscrow.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {FeeToken} from "../../src/testing/FeeToken.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {HookToken, Refuser} from "../fixtures/Tokens.sol";
import {vm} from "../fixtures/Vm.sol";

/// Opening, topping up, closing and leaving.
contract ChannelEscrowTest is EscrowFixture {
    function test_Constructor_GracePeriod_Bounded() public {
        vm.assertEq(escrow.CLOSE_GRACE_PERIOD(), GRACE, "given");
        vm.assertEq(deploy(15 minutes).CLOSE_GRACE_PERIOD(), 15 minutes, "shortest");
        vm.assertEq(deploy(30 days).CLOSE_GRACE_PERIOD(), 30 days, "longest");
        try this.deployWith(15 minutes - 1) {
            revert("too short");
        } catch (bytes memory reason) {
            vm.assertEq(reason, abi.encodeWithSelector(ChannelEscrow.InvalidGracePeriod.selector, 15 minutes - 1), "reason");
        }
        try this.deployWith(30 days + 1) {
            revert("too long");
        } catch (bytes memory reason) {
            vm.assertEq(reason, abi.encodeWithSelector(ChannelEscrow.InvalidGracePeriod.selector, 30 days + 1), "reason");
        }
    }

    function deployWith(uint256 grace) external {
        deploy(grace);
    }

    function test_Digests_AsTheDraftDefinesThem() public view {
        bytes32 id = keccak256(
            abi.encode(payer, payee, address(token), bytes32(uint256(7)), signer, address(escrow), block.chainid)
        );
        vm.assertEq(escrow.computeChannelId(payer, payee, address(token), bytes32(uint256(7)), signer), id, "id");
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("EVM Payment Channel"),
                keccak256("1"),
                block.chainid,
                address(escrow)
            )
        );
        vm.assertEq(escrow.domainSeparator(), domain, "domain");
        bytes32 voucher_ = keccak256(
            abi.encode(keccak256("Voucher(bytes32 channelId,uint128 cumulativeAmount)"), id, uint256(type(uint128).max))
        );
        vm.assertEq(
            escrow.voucherDigest(id, type(uint128).max), keccak256(abi.encodePacked(hex"1901", domain, voucher_)), "digest"
        );
    }

    function test_Open_Token_TakesTheDeposit() public {
        ChannelEscrow.Channel memory c = channelWith(address(token), signer, bytes32(uint256(1)));
        bytes32 id = escrow.computeChannelId(payer, payee, c.token, c.salt, signer);
        vm.expectEmit();
        emit ChannelEscrow.Opened(id, payer, payee, address(token), c.salt, signer, DEPOSIT);
        (, bytes32 got) = openedToken();
        vm.assertEq(got, id, "id");
        vm.assertEq(token.balanceOf(address(escrow)), DEPOSIT, "held");
        checkState(id, DEPOSIT, 0, 0, ChannelEscrow.Status.Open);
    }

    function test_Open_Native_TakesTheValue() public {
        (, bytes32 id) = opened(address(0), signer, 0);
        vm.assertEq(address(escrow).balance, DEPOSIT, "held");
        checkState(id, DEPOSIT, 0, 0, ChannelEscrow.Status.Open);
    }

    function test_Open_WrongValue_Reverts() public {
        vm.deal(payer, 10);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.InvalidValue.selector, 5, 4));
        escrow.open{value: 4}(payee, address(0), 5, 0, signer);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.InvalidValue.selector, 5, 6));
        escrow.open{value: 6}(payee, address(0), 5, 0, signer);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.InvalidValue.selector, 0, 5));
        escrow.open{value: 5}(payee, address(token), 5, 0, signer);
    }

    function test_Open_DepositOutOfRange_Reverts() public {
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.InvalidDeposit.selector, 0));
        escrow.open(payee, address(token), 0, 0, signer);
        uint128 tooMuch = uint128(type(uint96).max) + 1;
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.InvalidDeposit.selector, tooMuch));
        escrow.open(payee, address(token), tooMuch, 0, signer);
        vm.prank(payer);
        bytes32 id = escrow.open(payee, address(token), tooMuch - 1, 0, signer);
        checkState(id, type(uint96).max, 0, 0, ChannelEscrow.Status.Open);
    }

    function test_Open_NobodyToPay_Reverts() public {
        vm.prank(payer);
        vm.expectRevert(ChannelEscrow.InvalidParty.selector);
        escrow.open(address(0), address(token), 1, 0, signer);
    }

    function test_Open_Twice_Reverts() public {
        (, bytes32 id) = openedToken();
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.ChannelExists.selector, id));
        escrow.open(payee, address(token), DEPOSIT, bytes32(uint256(1)), signer);
    }

    function test_Open_ClosedChannel_Reverts() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        vm.prank(payee);
        escrow.close(c, 0, "");
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.ChannelExists.selector, id));
        escrow.open(payee, address(token), DEPOSIT, bytes32(uint256(1)), signer);
    }

    function test_Open_NotApproved_Reverts() public {
        vm.expectRevert();
        escrow.open(payee, address(token), 1, 0, signer);
    }

    function test_Deposit_TokenWithFee_Reverts() public {
        FeeToken fee = FeeToken(deployArtifact("testing/FeeToken", ""));
        fee.mint(address(this), 1e24);
        fee.approve(address(escrow), type(uint256).max);
        bytes memory inexact = abi.encodeWithSelector(ChannelEscrow.InexactTransfer.selector, address(fee));
        vm.expectRevert(inexact);
        escrow.open(payee, address(fee), 1000, 0, signer);
        bytes32 nonce = keccak256(abi.encode(address(this), payee, address(fee), bytes32(0), signer));
        vm.expectRevert(inexact);
        escrow.openWithAuthorization(payee, address(fee), 1000, 0, signer, address(this), 0, 1, nonce, "");
        // Below a hundred its fee is nothing.
        escrow.open(payee, address(fee), 99, 0, signer);
        vm.expectRevert(inexact);
        escrow.topUp(ChannelEscrow.Channel(address(this), payee, address(fee), 0, signer), 1000);
    }

    function test_OpenWithPermit_Signed_NeedsNoApproval() public {
        vm.prank(payer);
        token.approve(address(escrow), 0);
        (uint8 v, bytes32 r, bytes32 s) = _permit(DEPOSIT);
        vm.prank(payer);
        bytes32 id = escrow.openWithPermit(payee, address(token), DEPOSIT, 0, signer, type(uint256).max, v, r, s);
        vm.assertEq(id, escrow.computeChannelId(payer, payee, address(token), 0, signer), "id");
        vm.assertEq(token.balanceOf(address(escrow)), DEPOSIT, "held");
        vm.assertEq(token.allowance(payer, address(escrow)), 0, "allowance");
        checkState(id, DEPOSIT, 0, 0, ChannelEscrow.Status.Open);
    }

    function test_OpenWithPermit_SpentBySomebodyElse_StillOpens() public {
        vm.prank(payer);
        token.approve(address(escrow), 0);
        (uint8 v, bytes32 r, bytes32 s) = _permit(DEPOSIT);
        token.permit(payer, address(escrow), DEPOSIT, type(uint256).max, v, r, s);
        vm.prank(payer);
        escrow.openWithPermit(payee, address(token), DEPOSIT, 0, signer, type(uint256).max, v, r, s);
        vm.assertEq(token.balanceOf(address(escrow)), DEPOSIT, "held");
    }

    function test_OpenWithPermit_SentByAStranger_OpensNothingOfThePayers() public {
        vm.prank(payer);
        token.approve(address(escrow), 0);
        (uint8 v, bytes32 r, bytes32 s) = _permit(DEPOSIT);
        vm.expectRevert();
        escrow.openWithPermit(payee, address(token), DEPOSIT, 0, signer, type(uint256).max, v, r, s);
    }

    function _permit(uint256 amount) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 permit = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                payer,
                address(escrow),
                amount,
                token.nonces(payer),
                type(uint256).max
            )
        );
        return vm.sign(PAYER_KEY, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), permit)));
    }

    function test_OpenWithAuthorization_AnybodySends_PayerPays() public {
        (bytes32 nonce, bytes memory signature) = _authorize(address(token));
        bytes32 expected = escrow.computeChannelId(payer, payee, address(token), bytes32(uint256(3)), signer);
        vm.expectEmit();
        emit ChannelEscrow.Opened(expected, payer, payee, address(token), bytes32(uint256(3)), signer, DEPOSIT);
        vm.prank(address(0xCAFE));
        bytes32 id = escrow.openWithAuthorization(
            payee, address(token), DEPOSIT, bytes32(uint256(3)), signer, payer, 1, block.timestamp + 1, nonce, signature
        );
        vm.assertEq(id, expected, "id");
        vm.assertEq(token.balanceOf(address(escrow)), DEPOSIT, "held");
        checkState(id, DEPOSIT, 0, 0, ChannelEscrow.Status.Open);
    }

    function test_OpenWithAuthorization_OtherPayee_Reverts() public {
        (bytes32 nonce, bytes memory signature) = _authorize(address(token));
        address thief = address(0xBAD);
        bytes32 bound = keccak256(abi.encode(payer, thief, address(token), bytes32(uint256(3)), signer));
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.InvalidNonce.selector, bound));
        escrow.openWithAuthorization(
            thief, address(token), DEPOSIT, bytes32(uint256(3)), signer, payer, 1, block.timestamp + 1, nonce, signature
        );
        // With the nonce that the thief's channel needs, the signature is not the payer's.
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        escrow.openWithAuthorization(
            thief, address(token), DEPOSIT, bytes32(uint256(3)), signer, payer, 1, block.timestamp + 1, bound, signature
        );
    }

    function test_OpenWithAuthorization_NobodyPays_Reverts() public {
        HookToken lax = new HookToken();
        bytes32 nonce = keccak256(abi.encode(address(0), payee, address(lax), bytes32(0), address(0)));
        vm.expectRevert(ChannelEscrow.InvalidParty.selector);
        escrow.openWithAuthorization(payee, address(lax), 1, 0, address(0), address(0), 0, 0, nonce, "");
    }

    function _authorize(address token_) private view returns (bytes32 nonce, bytes memory signature) {
        nonce = keccak256(abi.encode(payer, payee, token_, bytes32(uint256(3)), signer));
        bytes32 digest =
            authorizationDigest(token, payer, address(escrow), DEPOSIT, 1, block.timestamp + 1, nonce);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PAYER_KEY, digest);
        signature = abi.encodePacked(r, s, v);
    }

    function test_TopUp_Payer_TakesItsRequestToCloseBack() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        vm.prank(payer);
        escrow.requestClose(c);
        vm.prank(payer);
        vm.expectEmit();
        emit ChannelEscrow.CloseCanceled(id);
        vm.expectEmit();
        emit ChannelEscrow.ToppedUp(id, DEPOSIT + 5);
        escrow.topUp(c, 5);
        checkState(id, DEPOSIT + 5, 0, 0, ChannelEscrow.Status.Open);
        vm.assertEq(token.balanceOf(address(escrow)), DEPOSIT + 5, "held");
        vm.warp(block.timestamp + GRACE);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.GracePeriodNotOver.selector, 0));
        escrow.withdraw(c);
    }

    function test_TopUp_NothingRequested_SaysNothingOfIt() public {
        (ChannelEscrow.Channel memory c,) = openedToken();
        vm.recordLogs();
        vm.prank(payer);
        escrow.topUp(c, 5);
        vm.assertEq(vm.getRecordedLogs().length, 2, "ToppedUp and the token's Transfer");
    }

    function test_TopUp_Stranger_LeavesTheRequestToClose() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = opened(address(0), signer, 0);
        vm.prank(payer);
        escrow.requestClose(c);
        uint256 due = block.timestamp + GRACE;
        vm.deal(address(this), 5);
        escrow.topUp{value: 5}(c, 5);
        checkState(id, DEPOSIT + 5, 0, due, ChannelEscrow.Status.Open);
        vm.warp(due);
        uint256 before = payer.balance;
        escrow.withdraw(c);
        vm.assertEq(payer.balance - before, DEPOSIT + 5, "refund");
    }

    function test_TopUp_OutOfRange_Reverts() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.InvalidDeposit.selector, DEPOSIT));
        escrow.topUp(c, 0);
        uint128 room = type(uint96).max - DEPOSIT;
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.InvalidDeposit.selector, uint256(1) << 96));
        escrow.topUp(c, room + 1);
        vm.prank(payer);
        escrow.topUp(c, room);
        checkState(id, type(uint96).max, 0, 0, ChannelEscrow.Status.Open);
    }

    function test_EveryCall_ChannelNotOpen_Reverts() public {
        ChannelEscrow.Channel memory c = channelWith(address(token), signer, 0);
        _allRevert(c);
        vm.prank(payer);
        escrow.open(payee, address(token), DEPOSIT, 0, signer);
        vm.prank(payee);
        escrow.close(c, 0, "");
        _allRevert(c);
    }

    function _allRevert(ChannelEscrow.Channel memory c) private {
        bytes32 id = escrow.computeChannelId(c.payer, c.payee, c.token, c.salt, c.authorizedSigner);
        bytes memory reason = abi.encodeWithSelector(ChannelEscrow.ChannelNotOpen.selector, id);
        bytes memory signature = voucher(SIGNER_KEY, id, 1);
        vm.prank(payer);
        vm.expectRevert(reason);
        escrow.topUp(c, 1);
        vm.expectRevert(reason);
        escrow.settle(c, 1, signature);
        vm.prank(payee);
        vm.expectRevert(reason);
        escrow.close(c, 1, signature);
        vm.prank(payer);
        vm.expectRevert(reason);
        escrow.requestClose(c);
        vm.expectRevert(reason);
        escrow.withdraw(c);
        vm.assertEq(escrow.settleBatch(payee, address(token), signedRow(SIGNER_KEY, c, id, 1)), 0, "batch");
    }

    function test_Close_Payee_PaysAndRefunds() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        opened(address(token), signer, bytes32(uint256(2)));
        escrow.settle(c, 10, voucher(SIGNER_KEY, id, 10));
        bytes memory signature = voucher(SIGNER_KEY, id, 30);
        uint256 before = token.balanceOf(payer);
        vm.expectEmit();
        emit ChannelEscrow.Closed(id, 30, DEPOSIT - 30);
        vm.prank(payee);
        escrow.close(c, 30, signature);
        vm.assertEq(token.balanceOf(payee), 30, "paid");
        vm.assertEq(token.balanceOf(payer) - before, DEPOSIT - 30, "refunded");
        vm.assertEq(token.balanceOf(address(escrow)), DEPOSIT, "the other channel's");
        checkState(id, 30, 30, 0, ChannelEscrow.Status.Closed);
    }

    function test_Close_NothingMoreGranted_NeedsNoSignature() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        escrow.settle(c, 10, voucher(SIGNER_KEY, id, 10));
        vm.prank(payee);
        escrow.close(c, 10, "");
        checkState(id, 10, 10, 0, ChannelEscrow.Status.Closed);
        vm.assertEq(token.balanceOf(payee), 10, "paid");
    }

    function test_Close_AllSpent_RefundsNothing() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = opened(address(0), signer, 0);
        bytes memory signature = voucher(SIGNER_KEY, id, DEPOSIT);
        // A payer that takes no coin is not even called.
        vm.etch(payer, type(Refuser).runtimeCode);
        vm.prank(payee);
        escrow.close(c, DEPOSIT, signature);
        vm.assertEq(payee.balance, DEPOSIT, "paid");
        checkState(id, DEPOSIT, DEPOSIT, 0, ChannelEscrow.Status.Closed);
    }

    function test_Close_NothingGranted_PaysNothing() public {
        (ChannelEscrow.Channel memory c,) = opened(address(0), signer, 0);
        vm.etch(payee, type(Refuser).runtimeCode);
        vm.prank(payee);
        escrow.close(c, 0, "");
        vm.assertEq(address(escrow).balance, 0, "refunded");
    }

    function test_Close_BadVoucher_Reverts() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        bytes memory signature = voucher(SIGNER_KEY, id, DEPOSIT + 1);
        vm.prank(payee);
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.close(c, 1, signature);
        vm.prank(payee);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.ExceedsDeposit.selector, DEPOSIT));
        escrow.close(c, DEPOSIT + 1, signature);
    }

    function test_Close_AfterRequest_Closes() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        vm.prank(payer);
        escrow.requestClose(c);
        bytes memory signature = voucher(SIGNER_KEY, id, 7);
        vm.prank(payee);
        escrow.close(c, 7, signature);
        checkState(id, 7, 7, 0, ChannelEscrow.Status.Closed);
    }

    function test_CloseAndRequestClose_NotTheParty_Revert() public {
        (ChannelEscrow.Channel memory c,) = openedToken();
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.NotParty.selector, payee));
        escrow.close(c, 0, "");
        vm.prank(payee);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.NotParty.selector, payer));
        escrow.requestClose(c);
    }

    function test_Withdraw_BeforeTheGracePeriodIsOver_Reverts() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.GracePeriodNotOver.selector, 0));
        escrow.withdraw(c);
        uint256 due = block.timestamp + GRACE;
        vm.expectEmit();
        emit ChannelEscrow.CloseRequested(id, due);
        vm.prank(payer);
        escrow.requestClose(c);
        checkState(id, DEPOSIT, 0, due, ChannelEscrow.Status.Open);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.CloseAlreadyRequested.selector, due));
        escrow.requestClose(c);
        vm.warp(due - 1);
        vm.expectRevert(abi.encodeWithSelector(ChannelEscrow.GracePeriodNotOver.selector, due));
        escrow.withdraw(c);
        escrow.settle(c, 25, voucher(SIGNER_KEY, id, 25));
        checkState(id, DEPOSIT, 25, due, ChannelEscrow.Status.Open);
        vm.warp(due);
        uint256 before = token.balanceOf(payer);
        vm.expectEmit();
        emit ChannelEscrow.Closed(id, 25, DEPOSIT - 25);
        escrow.withdraw(c);
        vm.assertEq(token.balanceOf(payer) - before, DEPOSIT - 25, "refund");
        checkState(id, 25, 25, 0, ChannelEscrow.Status.Closed);
    }

    function test_Withdraw_PayeeTakesNoCoin_PayerStillLeaves() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = opened(address(0), signer, 0);
        vm.etch(payee, type(Refuser).runtimeCode);
        bytes memory signature = voucher(SIGNER_KEY, id, 1);
        vm.expectRevert();
        escrow.settle(c, 1, signature);
        vm.prank(payer);
        escrow.requestClose(c);
        vm.warp(block.timestamp + GRACE);
        uint256 before = payer.balance;
        escrow.withdraw(c);
        vm.assertEq(payer.balance - before, DEPOSIT, "refund");
    }

    function test_Fork_NewChainId_PayerLeavesAndOldVouchersAreVoid() public {
        (ChannelEscrow.Channel memory c, bytes32 id) = openedToken();
        bytes memory signature = voucher(SIGNER_KEY, id, 5);
        bytes memory rows = signedRow(SIGNER_KEY, c, id, 5);
        vm.chainId(999);
        vm.assertEq(escrow.computeChannelId(payer, payee, address(token), c.salt, signer), id, "id");
        vm.expectRevert(ChannelEscrow.InvalidSignature.selector);
        escrow.settle(c, 5, signature);
        vm.assertEq(escrow.settleBatch(payee, address(token), rows), 0, "batch");
        vm.assertEq(escrow.settleBatch(payee, address(token), signedRow(SIGNER_KEY, c, id, 5)), 5, "signed for the fork");
        vm.prank(payer);
        escrow.requestClose(c);
        vm.warp(block.timestamp + GRACE);
        escrow.withdraw(c);
        vm.assertEq(token.balanceOf(address(escrow)), 0, "left");
    }

    function test_Reentrancy_EveryWayIn_Refused() public {
        HookToken hook = new HookToken();
        hook.approve(address(escrow), type(uint256).max);
        bytes32 id = escrow.open(payee, address(hook), 100, 0, signer);
        ChannelEscrow.Channel memory c = ChannelEscrow.Channel(address(this), payee, address(hook), 0, signer);
        bytes[8] memory calls = [
            abi.encodeCall(escrow.open, (payee, address(hook), 1, bytes32(uint256(9)), signer)),
            abi.encodeCall(escrow.openWithPermit, (payee, address(hook), 1, bytes32(uint256(9)), signer, 0, 0, 0, 0)),
            abi.encodeCall(
                escrow.openWithAuthorization,
                (payee, address(hook), 1, 0, signer, address(this), 0, 0, _hookNonce(address(hook)), "")
            ),
            abi.encodeCall(escrow.topUp, (c, 1)),
            abi.encodeCall(escrow.settle, (c, 3, voucher(SIGNER_KEY, id, 3))),
            abi.encodeCall(escrow.settleBatch, (payee, address(hook), signedRow(SIGNER_KEY, c, id, 3))),
            abi.encodeCall(escrow.close, (c, 0, "")),
            abi.encodeCall(escrow.withdraw, (c))
        ];
        for (uint256 i; i < calls.length; ++i) {
            hook.arm(address(this), abi.encodeCall(this.reenter, (calls[i])));
            escrow.settle(c, uint128(10 + i), voucher(SIGNER_KEY, id, 10 + i));
            vm.assertTrue(hook.reentered(), "refused for being a call within a call");
        }

        // The outer call's guard, at each way in that lets a token run.
        hook.arm(address(this), abi.encodeCall(this.reenter, (calls[0])));
        escrow.topUp(c, 1);
        vm.assertTrue(hook.reentered(), "topUp");
        escrow.open(payee, address(hook), 1, bytes32(uint256(2)), signer);
        vm.assertTrue(hook.reentered(), "open");
        escrow.openWithAuthorization(
            payee, address(hook), 1, bytes32(uint256(3)), signer, address(this), 0, 0,
            keccak256(abi.encode(address(this), payee, address(hook), bytes32(uint256(3)), signer)), ""
        );
        vm.assertTrue(hook.reentered(), "openWithAuthorization");
        vm.prank(payee);
        escrow.close(c, 0, "");
        vm.assertTrue(hook.reentered(), "close");
    }

    /// Succeeds when the escrow refuses the call as one within a call.
    function reenter(bytes calldata data) external {
        (bool done, bytes memory reason) = address(escrow).call(data);
        require(!done && bytes4(reason) == ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector, "let in");
    }

    function _hookNonce(address hook) private view returns (bytes32) {
        return keccak256(abi.encode(address(this), payee, hook, bytes32(0), signer));
    }
}
