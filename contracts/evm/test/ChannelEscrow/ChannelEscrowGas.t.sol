// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelEscrow} from "../../src/ChannelEscrow.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// What a whole transaction costs, with its base fee and its calldata; compared with the figures under gas/.
/// The payee holds tokens already, and salts are small numbers, as clients choose them.
/// forge-config: default.isolate = true
contract ChannelEscrowGasTest is EscrowFixture {
    function setUp() public override {
        super.setUp();
        token.mint(payee, 1);
    }

    function test_Gas_Open() public {
        opened(address(token), signer, bytes32(uint256(1)));
        opened(address(token), signer, bytes32(uint256(2)));
        vm.snapshotGasLastCall("ChannelEscrow", "open, token");
        opened(address(0), signer, bytes32(uint256(2)));
        vm.snapshotGasLastCall("ChannelEscrow", "open, native");
    }

    function test_Gas_OpenWithAuthorization() public {
        openedToken();
        bytes32 nonce = keccak256(abi.encode(payer, payee, address(token), bytes32(uint256(2)), signer));
        bytes32 digest = authorizationDigest(token, payer, address(escrow), DEPOSIT, 0, type(uint48).max, nonce);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PAYER_KEY, digest);
        escrow.openWithAuthorization(
            payee, address(token), DEPOSIT, bytes32(uint256(2)), signer, payer, 0, type(uint48).max, nonce, abi.encodePacked(r, s, v)
        );
        vm.snapshotGasLastCall("ChannelEscrow", "openWithAuthorization");
    }

    function test_Gas_TopUp() public {
        (ChannelEscrow.Channel memory channel,) = openedToken();
        vm.prank(payer);
        escrow.topUp(channel, DEPOSIT);
        vm.snapshotGasLastCall("ChannelEscrow", "topUp, token");
    }

    function test_Gas_Settle() public {
        (ChannelEscrow.Channel memory channel, bytes32 id) = openedToken();
        bytes memory signature = voucher(SIGNER_KEY, id, DEPOSIT / 2);
        escrow.settle(channel, DEPOSIT / 2, signature);
        vm.snapshotGasLastCall("ChannelEscrow", "settle");
    }

    function test_Gas_Close() public {
        opened(address(token), signer, bytes32(uint256(9)));
        (ChannelEscrow.Channel memory channel, bytes32 id) = openedToken();
        bytes memory signature = voucher(SIGNER_KEY, id, DEPOSIT / 2);
        vm.prank(payee);
        escrow.close(channel, DEPOSIT / 2, signature);
        vm.snapshotGasLastCall("ChannelEscrow", "close with voucher and refund");
    }

    function test_Gas_RequestCloseAndWithdraw() public {
        opened(address(token), signer, bytes32(uint256(9)));
        (ChannelEscrow.Channel memory channel,) = openedToken();
        vm.prank(payer);
        escrow.requestClose(channel);
        vm.snapshotGasLastCall("ChannelEscrow", "requestClose");
        vm.warp(block.timestamp + GRACE);
        escrow.withdraw(channel);
        vm.snapshotGasLastCall("ChannelEscrow", "withdraw");
    }

    function test_Gas_SettleBatch() public {
        _batch(10, "settleBatch of 10");
        _batch(100, "settleBatch of 100");
    }

    function _batch(uint256 count, string memory name) private {
        bytes memory rows;
        for (uint256 i; i < count; ++i) {
            // Every channel has a payer of its own, as a provider's customers are.
            uint256 key = uint256(keccak256(abi.encode(count, i)));
            payer = vm.addr(key);
            token.mint(payer, DEPOSIT);
            vm.prank(payer);
            token.approve(address(escrow), DEPOSIT);
            (ChannelEscrow.Channel memory channel, bytes32 id) = opened(address(token), vm.addr(key + 1), bytes32(i));
            rows = abi.encodePacked(rows, signedRow(key + 1, channel, id, DEPOSIT / 2));
        }

        uint256 paid = escrow.settleBatch(payee, address(token), rows);
        vm.snapshotGasLastCall("ChannelEscrow", name);
        vm.assertEq(paid, count * DEPOSIT / 2, "paid");
    }
}
