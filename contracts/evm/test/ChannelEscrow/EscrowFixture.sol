// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelEscrow} from "../../src/ChannelEscrow.sol";
import {TestToken} from "../../src/testing/TestToken.sol";
import {Fixture} from "../fixtures/Fixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// An escrow with a payer who has approved everything, and signed vouchers.
abstract contract EscrowFixture is Fixture {
    uint256 internal constant GRACE = 1 hours;
    uint256 internal constant PAYER_KEY = 0xA11CE;
    uint256 internal constant SIGNER_KEY = 0x51671;
    uint128 internal constant DEPOSIT = 1e18;

    ChannelEscrow internal escrow;
    TestToken internal token;
    address internal payer = vm.addr(PAYER_KEY);
    address internal signer = vm.addr(SIGNER_KEY);
    address internal payee = address(0xBEEF);

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        escrow = deploy(GRACE);
        token = deployToken();
        token.mint(payer, 1e30);
        vm.prank(payer);
        token.approve(address(escrow), type(uint256).max);
        vm.deal(payer, 1e30);
    }

    function deploy(uint256 grace) internal returns (ChannelEscrow) {
        return ChannelEscrow(deployArtifact("ChannelEscrow", abi.encode(grace)));
    }

    function channelWith(address token_, address signer_, bytes32 salt)
        internal
        view
        returns (ChannelEscrow.Channel memory)
    {
        return ChannelEscrow.Channel(payer, payee, token_, salt, signer_);
    }

    /// Opens a channel of the payer with the deposit; the token may be zero.
    function opened(address token_, address signer_, bytes32 salt)
        internal
        returns (ChannelEscrow.Channel memory channel, bytes32 id)
    {
        channel = channelWith(token_, signer_, salt);
        vm.prank(payer);
        id = escrow.open{value: token_ == address(0) ? DEPOSIT : 0}(payee, token_, DEPOSIT, salt, signer_);
    }

    function openedToken() internal returns (ChannelEscrow.Channel memory channel, bytes32 id) {
        return opened(address(token), signer, bytes32(uint256(1)));
    }

    function voucher(uint256 key, bytes32 id, uint256 cumulative) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, escrow.voucherDigest(id, uint128(cumulative)));
        return abi.encodePacked(r, s, v);
    }

    function compactVoucher(uint256 key, bytes32 id, uint256 cumulative) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, escrow.voucherDigest(id, uint128(cumulative)));
        return abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function row(ChannelEscrow.Channel memory channel, uint256 cumulative, bytes memory compact)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(channel.payer, channel.authorizedSigner, channel.salt, uint96(cumulative), compact);
    }

    function signedRow(uint256 key, ChannelEscrow.Channel memory channel, bytes32 id, uint256 cumulative)
        internal
        view
        returns (bytes memory)
    {
        return row(channel, cumulative, compactVoucher(key, id, cumulative));
    }

    function checkState(bytes32 id, uint256 deposit, uint256 settled, uint256 closeAt, ChannelEscrow.Status status)
        internal
        view
    {
        (uint96 deposit_, uint96 settled_, uint40 closeAt_, ChannelEscrow.Status status_) = escrow.getChannel(id);
        vm.assertEq(deposit_, deposit, "deposit");
        vm.assertEq(settled_, settled, "settled");
        vm.assertEq(closeAt_, closeAt, "closeAt");
        vm.assertEq(uint256(status_), uint256(status), "status");
    }
}
