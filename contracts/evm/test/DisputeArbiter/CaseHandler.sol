// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DisputeArbiter} from "../../src/DisputeArbiter.sol";
import {ProviderRegistry} from "../../src/ProviderRegistry.sol";
import {ArbiterFixture} from "./ArbiterFixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// Opens and ends cases at random while the provider tries to leave and governance to take the arbiter's rights, and keeps books of its
/// own. Before each act it says from these books whether the contracts will accept it, and afterwards that bonds and stake stand as they do.
contract CaseHandler is ArbiterFixture {
    struct Book {
        DisputeArbiter.Status status;
        uint256 endsAt;
        bool extended;
        bool named;
        bool locked;
    }

    uint256 private constant JOBS = 12;
    DisputeArbiter.Channel private _channel;

    Book[JOBS] private _books;
    address private _payer = address(0xFA7E4);
    bool private _allowed = true;
    uint256 private _open;
    uint256 private _locks;
    uint256 private _stake = STAKE;
    uint256 private _thawing;
    uint256 private _thawEnd;
    uint256 private _oldKeyUntil = type(uint256).max;
    mapping(address account => uint256) private _bonds;
    mapping(address account => uint256) private _slashed;

    constructor() {
        setUp();
        _channel = DisputeArbiter.Channel(_payer, payee, address(token), bytes32(uint256(5)), address(0));
    }

    function open(uint256 job, bool overcharged, bool withNextKey) external {
        job %= JOBS;
        (bytes memory call, bool proven) = _proof(job, overcharged, withNextKey ? NEXT_KEY : KEY);
        bool accepted = proven && _allowed && _books[job].status == DisputeArbiter.Status.None && _stake + _thawing != 0;
        if (!_act(reporter, call, accepted, "open")) return;
        _books[job] = Book(DisputeArbiter.Status.Open, block.timestamp + VETO_WINDOW, false, false, true);
        ++_open;
        ++_locks;
        _compare();
    }

    function nameVictim(uint256 job, bool right) external {
        job %= JOBS;
        Book storage book = _books[job];
        DisputeArbiter.Channel memory channel = _channel;
        if (!right) channel.payer = provider;
        bool accepted = right && book.status == DisputeArbiter.Status.Open;
        bytes memory call = abi.encodeCall(arbiter.nameVictim, (_id(job), channel));
        if (!_act(provider, call, accepted, "nameVictim")) return;
        book.named = true;
        _compare();
    }

    function extend(uint256 job, bool right) external {
        job %= JOBS;
        Book storage book = _books[job];
        bool accepted = right && book.status == DisputeArbiter.Status.Open && !book.extended
            && block.timestamp < book.endsAt;
        bytes memory call = abi.encodeCall(arbiter.extend, (_id(job)));
        if (!_act(right ? guardian : reporter, call, accepted, "extend")) return;
        book.extended = true;
        book.endsAt += VETO_WINDOW;
        _compare();
    }

    function veto(uint256 job, bool bondLost, uint256 caller) external {
        job %= JOBS;
        Book storage book = _books[job];
        bool right = caller % 4 == 0;
        bool accepted = right && book.status == DisputeArbiter.Status.Open && block.timestamp < book.endsAt;
        bytes memory call = abi.encodeCall(arbiter.veto, (_id(job), bondLost));
        address sender = !right ? reporter : bondLost ? owner : guardian;
        if (!_act(sender, call, accepted, "veto")) return;
        _bonds[bondLost ? treasury : reporter] += BOND;
        _ended(book, DisputeArbiter.Status.Vetoed);
    }

    function finalize(uint256 job) external {
        job %= JOBS;
        Book storage book = _books[job];
        bool accepted = book.status == DisputeArbiter.Status.Open && block.timestamp >= book.endsAt;
        if (!_act(provider, abi.encodeCall(arbiter.finalize, (_id(job))), accepted, "finalize")) return;
        _bonds[reporter] += BOND;
        if (book.locked && _allowed) {
            uint256 amount = ((_stake + _thawing) * SLASH_SHARE + 9_999) / 10_000;
            uint256 fromStake = amount < _stake ? amount : _stake;
            (_stake, _thawing) = (_stake - fromStake, _thawing - (amount - fromStake));
            uint256 cut = book.named ? amount * 4_000 / 10_000 : 0;
            _slashed[_payer] += cut;
            _slashed[reporter] += amount * 1_000 / 10_000;
            _slashed[treasury] += amount - cut - amount * 1_000 / 10_000;
        }
        _ended(book, DisputeArbiter.Status.Slashed);
    }

    function release(uint256 job) external {
        job %= JOBS;
        Book storage book = _books[job];
        bytes memory call = abi.encodeCall(registry.release, (_id(job)));
        vm.prank(provider);
        (bool done,) = address(registry).call(call);
        vm.assertTrue(done == (book.locked && !_allowed), "release");
        if (!done) return;
        book.locked = false;
        --_locks;
        _compare();
    }

    function allow(uint256 number) external {
        _allowed = number % 4 != 0;
        vm.prank(owner);
        registry.setArbiter(address(arbiter), _allowed);
    }

    function requestUnstake() external {
        if (_stake == 0) return;
        vm.prank(provider);
        registry.requestUnstake(uint96(_stake));
        (_thawing, _stake, _thawEnd) = (_thawing + _stake, 0, block.timestamp + THAW);
        _compare();
    }

    function withdraw() external {
        vm.prank(provider);
        (bool done,) = address(registry).call(abi.encodeCall(registry.withdraw, ()));
        vm.assertTrue(done == (_thawing != 0 && block.timestamp >= _thawEnd && _locks == 0), "withdraw");
        if (done) (_thawing, _thawEnd) = (0, 0);
        _compare();
    }

    function addStake() external {
        vm.prank(provider);
        registry.addStake(MIN_STAKE);
        _stake += MIN_STAKE;
        _compare();
    }

    function changeKey() external {
        if (_oldKeyUntil != type(uint256).max) return;
        schedule(provider, NEXT_KEY);
        _oldKeyUntil = block.timestamp + KEY_DELAY + DISPUTE_WINDOW;
    }

    function collect(bool fromTreasury) external {
        address account = fromTreasury ? treasury : reporter;
        bool accepted = _bonds[account] != 0;
        if (!_act(provider, abi.encodeCall(arbiter.collect, (account)), accepted, "collect")) return;
        _bonds[account] = 0;
        _compare();
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + time % (2 * VETO_WINDOW));
    }

    /// Every case ends, without anybody's help, and every bond is paid out: the arbiter holds nothing, and no stake stays locked.
    function everybodyEnds() external {
        vm.warp(block.timestamp + 2 * VETO_WINDOW);
        for (uint256 job; job < JOBS; ++job) {
            if (_books[job].status == DisputeArbiter.Status.Open) arbiter.finalize(_id(job));
        }
        if (arbiter.credits(reporter) != 0) arbiter.collect(reporter);
        if (arbiter.credits(treasury) != 0) arbiter.collect(treasury);
        vm.assertEq(token.balanceOf(address(arbiter)), 0, "bonds left");
        vm.assertEq(uint256(registry.getProvider(provider).locks), 0, "locks left");
    }

    /// The arbiter holds a bond for each open case, and what it credited.
    function solvent() external view {
        uint256 open_;
        for (uint256 job; job < JOBS; ++job) {
            if (arbiter.getCase(_id(job)).status == DisputeArbiter.Status.Open) ++open_;
        }
        uint256 owed = open_ * BOND + arbiter.credits(reporter) + arbiter.credits(treasury);
        vm.assertEq(token.balanceOf(address(arbiter)), owed, "bonds");
        ProviderRegistry.Provider memory entry = registry.getProvider(provider);
        uint256 credited = registry.credits(_payer) + registry.credits(reporter) + registry.credits(treasury);
        vm.assertEq(
            token.balanceOf(address(registry)), uint256(entry.stake) + entry.thawing + credited, "stake"
        );
    }

    function _proof(uint256 job, bool overcharged, uint256 key) private view returns (bytes memory call, bool proven) {
        Said memory receipt = said();
        receipt.jobId = bytes16(uint128(job));
        receipt.channel = abi.encodePacked(keccak256(abi.encode(_channel, ESCROW, block.chainid)));
        bool accountable = key == KEY ? block.timestamp < _oldKeyUntil : _oldKeyUntil != type(uint256).max;
        if (overcharged) {
            // Ten in and twenty out at these prices are three; the receipt charges thirty.
            bytes memory offer = offerOf(100_000, 100_000, ASSET);
            receipt.offerId = sha256(offer);
            bytes memory charged = encode(receipt);
            call = abi.encodeCall(
                arbiter.openOvercharge, (charged, signed(key, charged), offer, signed(key, offer))
            );
        } else {
            bytes memory one = encode(receipt);
            ++receipt.completedAt;
            bytes memory other = encode(receipt);
            call = abi.encodeCall(arbiter.openEquivocation, (one, signed(key, one), other, signed(key, other)));
        }
        return (call, accountable);
    }

    function _act(address sender, bytes memory call, bool accepted, string memory what) private returns (bool done) {
        vm.prank(sender);
        (done,) = address(arbiter).call(call);
        vm.assertTrue(done == accepted, what);
    }

    function _ended(Book storage book, DisputeArbiter.Status status) private {
        book.status = status;
        if (book.locked) {
            book.locked = false;
            --_locks;
        }
        --_open;
        _compare();
    }

    function _id(uint256 job) private view returns (bytes32) {
        return arbiter.caseIdOf(provider, bytes16(uint128(job)));
    }

    function _compare() private view {
        checkStake(provider, _stake, _thawing, _thawEnd, _locks);
        vm.assertEq(arbiter.credits(reporter), _bonds[reporter], "reporter's bonds");
        vm.assertEq(arbiter.credits(treasury), _bonds[treasury], "treasury's bonds");
        vm.assertEq(
            token.balanceOf(address(arbiter)), _open * BOND + _bonds[reporter] + _bonds[treasury], "bonds held"
        );
        vm.assertEq(registry.credits(_payer), _slashed[_payer], "victim");
        vm.assertEq(registry.credits(reporter), _slashed[reporter], "reporter");
        vm.assertEq(registry.credits(treasury), _slashed[treasury], "treasury");
        for (uint256 job; job < JOBS; ++job) {
            checkCase(_id(job), _books[job].status, _books[job].endsAt);
        }
    }
}
