// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelEscrow} from "../../src/ChannelEscrow.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// Acts on a few channels at random and keeps books of its own. Before each act it says from these books whether the escrow will accept
/// it, and afterwards that everything stands as the books do.
contract EscrowHandler is EscrowFixture {
    struct Book {
        uint256 deposit;
        uint256 settled;
        uint256 closeAt;
        ChannelEscrow.Status status;
        uint256 granted; // the most that was ever signed
    }

    uint256 public constant COUNT = 6;
    uint256 private constant SPAN = 1e6;

    ChannelEscrow.Channel[COUNT] private _channels;
    bytes32[COUNT] private _ids;
    uint256[COUNT] private _keys;
    Book[COUNT] private _books;
    mapping(address token => uint256) private _owed;
    mapping(address token => uint256) private _donated;
    mapping(address token => mapping(address account => uint256)) private _balances;

    constructor() {
        setUp();
        for (uint256 i; i < COUNT; ++i) {
            uint256 payerKey = 0x100 + i % 2;
            _keys[i] = i % 3 == 0 ? payerKey : 0x200 + i;
            address payer_ = vm.addr(payerKey);
            // Four of a token and two of the chain's coin; of each, some are signed for by the payer.
            address token_ = i < 4 ? address(token) : address(0);
            _channels[i] =
                ChannelEscrow.Channel(payer_, payee, token_, bytes32(i), i % 3 == 0 ? address(0) : vm.addr(_keys[i]));
            _ids[i] = escrow.computeChannelId(payer_, payee, token_, bytes32(i), _channels[i].authorizedSigner);
            token.mint(payer_, 1e24);
            vm.prank(payer_);
            token.approve(address(escrow), type(uint256).max);
            vm.deal(payer_, 1e24);
            _balances[address(token)][payer_] = 1e24 * (1 + i / 2);
            _balances[address(0)][payer_] = 1e24;
        }
    }

    function open(uint256 i, uint256 amount) external {
        i %= COUNT;
        amount %= SPAN;
        ChannelEscrow.Channel memory c = _channels[i];
        bool accepted = _books[i].status == ChannelEscrow.Status.None && amount != 0;
        vm.prank(c.payer);
        (bool done,) = address(escrow).call{value: c.token == address(0) ? amount : 0}(
            abi.encodeCall(escrow.open, (c.payee, c.token, uint128(amount), c.salt, c.authorizedSigner))
        );
        vm.assertTrue(done == accepted, "open");
        if (!done) return;
        _books[i] = Book(amount, 0, 0, ChannelEscrow.Status.Open, 0);
        _move(c.token, c.payer, amount, 0);
        _compare();
    }

    function topUp(uint256 i, uint256 amount, bool stranger) external {
        i %= COUNT;
        amount %= SPAN;
        ChannelEscrow.Channel memory c = _channels[i];
        address sender = stranger ? _channels[(i + 1) % COUNT].payer : c.payer;
        bool accepted = _books[i].status == ChannelEscrow.Status.Open && amount != 0;
        vm.prank(sender);
        (bool done,) = address(escrow).call{value: c.token == address(0) ? amount : 0}(
            abi.encodeCall(escrow.topUp, (c, uint128(amount)))
        );
        vm.assertTrue(done == accepted, "topUp");
        if (!done) return;
        _books[i].deposit += amount;
        if (!stranger) _books[i].closeAt = 0;
        _move(c.token, sender, amount, 0);
        _compare();
    }

    function settle(uint256 i, uint256 amount, uint256 key) external {
        i %= COUNT;
        amount %= 2 * SPAN;
        ChannelEscrow.Channel memory c = _channels[i];
        (bytes memory signature, bool signed) = _sign(i, amount, key, false);
        bool accepted = signed && _accepts(_books[i], amount);
        (bool done,) = address(escrow).call(abi.encodeCall(escrow.settle, (c, uint128(amount), signature)));
        vm.assertTrue(done == accepted, "settle");
        if (!done) return;
        _move(c.token, c.payee, 0, amount - _books[i].settled);
        _books[i].settled = amount;
        _compare();
    }

    function settleBatch(uint256[4] calldata amounts, uint256[4] calldata keys, bool native) external {
        bytes memory rows;
        uint256 sum;
        for (uint256 n; n < 4; ++n) {
            uint256 i = native ? 4 + n % 2 : (n + (keys[n] >> 8) % 4) % 4;
            uint256 amount = amounts[n] % (2 * SPAN);
            (bytes memory signature, bool signed) = _sign(i, amount, keys[n], true);
            rows = abi.encodePacked(rows, row(_channels[i], amount, signature));
            if (signed && _accepts(_books[i], amount)) {
                sum += amount - _books[i].settled;
                _books[i].settled = amount;
            }
        }

        address token_ = native ? address(0) : address(token);
        vm.assertEq(escrow.settleBatch(payee, token_, rows), sum, "batch");
        _move(token_, payee, 0, sum);
        _compare();
    }

    function close(uint256 i, uint256 amount, uint256 key, uint256 caller) external {
        i %= COUNT;
        amount %= 2 * SPAN;
        Book memory book = _books[i];
        ChannelEscrow.Channel memory c = _channels[i];
        (bytes memory signature, bool signed) = _sign(i, amount, key, key % 2 == 0);
        bool gains = amount > book.settled;
        bool accepted = caller % 4 != 0 && book.status == ChannelEscrow.Status.Open
            && (!gains || (signed && _accepts(book, amount)));
        vm.prank(caller % 4 == 0 ? c.payer : c.payee);
        (bool done,) = address(escrow).call(abi.encodeCall(escrow.close, (c, uint128(amount), signature)));
        vm.assertTrue(done == accepted, "close");
        if (!done) return;
        if (gains) {
            _move(c.token, c.payee, 0, amount - book.settled);
            _books[i].settled = amount;
        }
        _closed(i);
        _compare();
    }

    function requestClose(uint256 i, uint256 caller) external {
        i %= COUNT;
        ChannelEscrow.Channel memory c = _channels[i];
        bool accepted =
            caller % 4 != 0 && _books[i].status == ChannelEscrow.Status.Open && _books[i].closeAt == 0;
        vm.prank(caller % 4 == 0 ? c.payee : c.payer);
        (bool done,) = address(escrow).call(abi.encodeCall(escrow.requestClose, (c)));
        vm.assertTrue(done == accepted, "requestClose");
        if (done) _books[i].closeAt = block.timestamp + GRACE;
        _compare();
    }

    function withdraw(uint256 i) external {
        i %= COUNT;
        Book memory book = _books[i];
        bool accepted =
            book.status == ChannelEscrow.Status.Open && book.closeAt != 0 && block.timestamp >= book.closeAt;
        (bool done,) = address(escrow).call(abi.encodeCall(escrow.withdraw, (_channels[i])));
        vm.assertTrue(done == accepted, "withdraw");
        if (done) _closed(i);
        _compare();
    }

    function donate(uint256 amount) external {
        amount %= SPAN;
        token.mint(address(escrow), amount);
        _donated[address(token)] += amount;
        _compare();
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + time % GRACE);
    }

    /// Every payer leaves, whatever happened before and without anybody's help: nothing but gifts stays.
    function everybodyLeaves() external {
        for (uint256 i; i < COUNT; ++i) {
            if (_books[i].status != ChannelEscrow.Status.Open) continue;
            if (_books[i].closeAt == 0) {
                vm.prank(_channels[i].payer);
                escrow.requestClose(_channels[i]);
            }
        }
        vm.warp(block.timestamp + GRACE);
        for (uint256 i; i < COUNT; ++i) {
            if (_books[i].status != ChannelEscrow.Status.Open) continue;
            vm.prank(_channels[i].payer);
            escrow.withdraw(_channels[i]);
            _closed(i);
        }
        _compare();
        vm.assertEq(token.balanceOf(address(escrow)), _donated[address(token)], "token left");
        vm.assertEq(address(escrow).balance, 0, "coin left");
    }

    /// The escrow's balance is what the open channels are owed, and what was given.
    function solvent() external view {
        uint256 tokens;
        uint256 coins;
        for (uint256 i; i < COUNT; ++i) {
            (uint96 deposit, uint96 settled,,) = escrow.getChannel(_ids[i]);
            vm.assertTrue(settled <= deposit, "no more than the deposit");
            vm.assertTrue(settled <= _books[i].granted, "no more than was signed");
            if (_channels[i].token == address(0)) coins += deposit - settled;
            else tokens += deposit - settled;
        }
        vm.assertEq(token.balanceOf(address(escrow)), tokens + _donated[address(token)], "tokens");
        vm.assertEq(address(escrow).balance, coins, "coins");
    }

    function _accepts(Book memory book, uint256 amount) private pure returns (bool) {
        return book.status == ChannelEscrow.Status.Open && amount > book.settled && amount <= book.deposit;
    }

    /// One signature in four is somebody else's.
    function _sign(uint256 i, uint256 amount, uint256 key, bool compact) private returns (bytes memory, bool signed) {
        signed = key % 4 != 0;
        uint256 by = signed ? _keys[i] : 0x999;
        if (signed && amount > _books[i].granted) _books[i].granted = amount;
        return (compact ? compactVoucher(by, _ids[i], amount) : voucher(by, _ids[i], amount), signed);
    }

    function _closed(uint256 i) private {
        Book storage book = _books[i];
        _move(_channels[i].token, _channels[i].payer, 0, book.deposit - book.settled);
        book.deposit = book.settled;
        book.closeAt = 0;
        book.status = ChannelEscrow.Status.Closed;
    }

    function _move(address token_, address account, uint256 into, uint256 out) private {
        _balances[token_][account] = _balances[token_][account] + out - into;
        _owed[token_] = _owed[token_] + into - out;
    }

    function _compare() private view {
        for (uint256 i; i < COUNT; ++i) {
            Book memory book = _books[i];
            checkState(_ids[i], book.deposit, book.settled, book.closeAt, book.status);
        }
        address[3] memory accounts = [payee, vm.addr(0x100), vm.addr(0x101)];
        for (uint256 n; n < 3; ++n) {
            vm.assertEq(token.balanceOf(accounts[n]), _balances[address(token)][accounts[n]], "tokens of a party");
            vm.assertEq(accounts[n].balance, _balances[address(0)][accounts[n]], "coins of a party");
        }
        vm.assertEq(token.balanceOf(address(escrow)), _owed[address(token)] + _donated[address(token)], "tokens held");
        vm.assertEq(address(escrow).balance, _owed[address(0)], "coins held");
    }
}
