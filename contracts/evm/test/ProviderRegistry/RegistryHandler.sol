// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ProviderRegistry} from "../../src/ProviderRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// Acts on a few providers at random, as they themselves and as their arbiter, and keeps books of its own. Before each act it says from
/// these books whether the registry will accept it, and afterwards that everything stands as the books do.
contract RegistryHandler is RegistryFixture {
    struct Book {
        bool registered;
        uint256 stake;
        uint256 thawing;
        uint256 thawEnd;
        uint256 locks;
        uint256 nextKeyFrom;
        uint256 keys; // how many it has had; the last one is in use, or is to be
    }

    struct Lock {
        uint256 provider;
        bool open;
    }

    uint256 public constant COUNT = 3;
    uint256 public constant caseDuration = 14 days;
    uint256 private constant SPAN = 10_000e6;

    Book[COUNT] private _books;
    Lock[] private _locks;
    mapping(address key => uint256) private _until;
    mapping(address account => uint256) private _credits;
    mapping(address account => uint256) private _balances;
    uint256 private _minStake = MIN_STAKE;
    uint256 private _share = MAX_CASE_SHARE;
    uint256 private _donated;
    uint256 private _held;

    constructor() {
        setUp();
        for (uint256 i; i < COUNT; ++i) {
            fund(_account(i));
            _balances[_account(i)] = 1e24;
        }
    }

    /// The registry asks an arbiter for its terms, which a contract under construction cannot answer.
    function begin() external {
        vm.prank(owner);
        registry.setArbiter(address(this), true);
    }

    function register(uint256 i, uint256 amount) external {
        i %= COUNT;
        amount %= SPAN;
        Book storage book = _books[i];
        bool accepted = !book.registered && amount != 0 && amount >= _minStake;
        address key = vm.addr(_key(i, 0));
        bytes memory keyProof = proof(_key(i, 0), _account(i));
        bytes memory call = abi.encodeCall(
            registry.register, (uint96(amount), key, keyProof, operator, payee, DOCUMENT, URI)
        );
        if (!_act(_account(i), call, accepted, "register")) return;
        (book.registered, book.stake, book.keys) = (true, amount, 1);
        _pulled(i, amount);
        _compare();
    }

    function addStake(uint256 i, uint256 amount) external {
        i %= COUNT;
        amount %= SPAN;
        Book storage book = _books[i];
        bool accepted = book.registered && amount != 0;
        if (!_act(_account(i), abi.encodeCall(registry.addStake, (uint96(amount))), accepted, "addStake")) return;
        book.stake += amount;
        _pulled(i, amount);
        _compare();
    }

    function requestUnstake(uint256 i, uint256 amount, bool all) external {
        i %= COUNT;
        Book storage book = _books[i];
        amount = all ? book.stake : amount % SPAN;
        bool accepted = amount != 0 && amount <= book.stake
            && (amount == book.stake || book.stake - amount >= _minStake);
        bytes memory call = abi.encodeCall(registry.requestUnstake, (uint96(amount)));
        if (!_act(_account(i), call, accepted, "requestUnstake")) return;
        book.stake -= amount;
        book.thawing += amount;
        book.thawEnd = block.timestamp + THAW;
        _compare();
    }

    function cancelUnstake(uint256 i) external {
        i %= COUNT;
        Book storage book = _books[i];
        bool accepted = book.thawing != 0;
        if (!_act(_account(i), abi.encodeCall(registry.cancelUnstake, ()), accepted, "cancelUnstake")) return;
        (book.stake, book.thawing, book.thawEnd) = (book.stake + book.thawing, 0, 0);
        _compare();
    }

    function withdraw(uint256 i) external {
        i %= COUNT;
        Book storage book = _books[i];
        bool accepted = book.thawing != 0 && block.timestamp >= book.thawEnd && book.locks == 0;
        if (!_act(_account(i), abi.encodeCall(registry.withdraw, ()), accepted, "withdraw")) return;
        _paid(_account(i), book.thawing);
        (book.thawing, book.thawEnd) = (0, 0);
        _compare();
    }

    function scheduleKey(uint256 i) external {
        i %= COUNT;
        Book storage book = _books[i];
        bool accepted = book.registered && book.nextKeyFrom <= block.timestamp;
        uint256 key = _key(i, book.keys);
        bytes memory keyProof = proof(key, _account(i));
        bytes memory call = abi.encodeCall(registry.scheduleKey, (vm.addr(key), keyProof));
        if (!_act(_account(i), call, accepted, "scheduleKey")) return;
        book.nextKeyFrom = block.timestamp + KEY_DELAY;
        _until[vm.addr(_key(i, book.keys - 1))] = book.nextKeyFrom + DISPUTE_WINDOW;
        ++book.keys;
        _compare();
    }

    function lock(uint256 i, uint256 known) external {
        i %= COUNT;
        Book storage book = _books[i];
        bool again = known % 4 == 0 && _locks.length != 0;
        bytes32 caseId = bytes32(again ? known % _locks.length : _locks.length);
        bool accepted = !again && book.stake + book.thawing != 0;
        if (!_act(address(this), abi.encodeCall(registry.lock, (caseId, _account(i))), accepted, "lock")) return;
        _locks.push(Lock(i, true));
        ++book.locks;
        _compare();
    }

    function slash(uint256 id, uint256 share, uint256 victimShare, uint256 reporterShare) external {
        if (_locks.length == 0) return;
        id %= _locks.length;
        (share, victimShare, reporterShare) = (share % 12_000, victimShare % 5_000, reporterShare % 2_000);
        Lock storage entry = _locks[id];
        Book storage book = _books[entry.provider];
        bool accepted = entry.open && victimShare + reporterShare <= 5_000;
        bytes memory call =
            abi.encodeCall(registry.slash, (bytes32(id), share, victim, victimShare, reporter, reporterShare));
        if (!_act(address(this), call, accepted, "slash")) return;
        uint256 total = book.stake + book.thawing;
        uint256 bound = share < _share ? share : _share;
        uint256 amount = total * bound / 10_000;
        if (amount * 10_000 < total * bound) ++amount;
        uint256 fromStake = amount < book.stake ? amount : book.stake;
        book.stake -= fromStake;
        book.thawing -= amount - fromStake;
        uint256 victimCut = amount * victimShare / 10_000;
        uint256 reporterCut = amount * reporterShare / 10_000;
        _credits[victim] += victimCut;
        _credits[reporter] += reporterCut;
        _credits[treasury] += amount - victimCut - reporterCut;
        _ended(entry, book);
    }

    function release(uint256 id, bool stranger) external {
        if (_locks.length == 0) return;
        id %= _locks.length;
        Lock storage entry = _locks[id];
        address sender = stranger ? owner : address(this);
        bool accepted = entry.open && !stranger;
        if (!_act(sender, abi.encodeCall(registry.release, (bytes32(id))), accepted, "release")) return;
        _ended(entry, _books[entry.provider]);
    }

    function collect(uint256 which) external {
        address account = [victim, reporter, treasury][which % 3];
        bool accepted = _credits[account] != 0;
        if (!_act(provider, abi.encodeCall(registry.collect, (account)), accepted, "collect")) return;
        _paid(account, _credits[account]);
        _credits[account] = 0;
        _compare();
    }

    function govern(uint256 minStake, uint256 share) external {
        (_minStake, _share) = (minStake % SPAN, 1 + share % 5_000);
        vm.startPrank(owner);
        registry.setMinStake(uint96(_minStake));
        registry.setMaxCaseShare(uint16(_share));
        vm.stopPrank();
        _compare();
    }

    function donate(uint256 amount) external {
        amount %= SPAN;
        token.mint(address(registry), amount);
        _donated += amount;
        _compare();
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + time % THAW);
    }

    /// Every case ends, and every provider leaves, whatever happened before: nothing but gifts stays.
    function everybodyLeaves() external {
        for (uint256 id; id < _locks.length; ++id) {
            if (!_locks[id].open) continue;
            registry.release(bytes32(id));
            _ended(_locks[id], _books[_locks[id].provider]);
        }
        for (uint256 i; i < COUNT; ++i) {
            if (_books[i].stake == 0) continue;
            vm.prank(_account(i));
            registry.requestUnstake(uint96(_books[i].stake));
        }
        vm.warp(block.timestamp + THAW);
        for (uint256 i; i < COUNT; ++i) {
            if (_books[i].stake + _books[i].thawing == 0) continue;
            vm.prank(_account(i));
            registry.withdraw();
        }
        address[3] memory accounts = [victim, reporter, treasury];
        for (uint256 i; i < accounts.length; ++i) {
            if (_credits[accounts[i]] != 0) registry.collect(accounts[i]);
        }
        vm.assertEq(token.balanceOf(address(registry)), _donated, "left");
    }

    /// The registry holds what is staked, what is credited, and what was given.
    function solvent() external view {
        uint256 owed = registry.credits(victim) + registry.credits(reporter) + registry.credits(treasury);
        for (uint256 i; i < COUNT; ++i) {
            ProviderRegistry.Provider memory entry = registry.getProvider(_account(i));
            owed += uint256(entry.stake) + entry.thawing;
        }
        vm.assertEq(token.balanceOf(address(registry)), owed + _donated, "held");
    }

    function _act(address sender, bytes memory call, bool accepted, string memory what) private returns (bool done) {
        vm.prank(sender);
        (done,) = address(registry).call(call);
        vm.assertTrue(done == accepted, what);
    }

    function _ended(Lock storage entry, Book storage book) private {
        entry.open = false;
        --book.locks;
        _compare();
    }

    function _pulled(uint256 i, uint256 amount) private {
        _balances[_account(i)] -= amount;
        _held += amount;
    }

    function _paid(address account, uint256 amount) private {
        _balances[account] += amount;
        _held -= amount;
    }

    function _compare() private view {
        for (uint256 i; i < COUNT; ++i) {
            Book storage book = _books[i];
            checkStake(_account(i), book.stake, book.thawing, book.thawEnd, book.locks);
            vm.assertEq(token.balanceOf(_account(i)), _balances[_account(i)], "balance");
            vm.assertTrue(
                registry.isActive(_account(i)) == (book.stake != 0 && book.stake >= _minStake), "active"
            );
            if (book.keys == 0) continue;
            uint256 inUse = book.nextKeyFrom > block.timestamp ? book.keys - 2 : book.keys - 1;
            vm.assertEq(registry.keyOf(_account(i)), vm.addr(_key(i, inUse)), "key");
            for (uint256 k; k < book.keys; ++k) {
                address key = vm.addr(_key(i, k));
                bool answers = _until[key] == 0 || block.timestamp < _until[key];
                vm.assertEq(registry.accountableFor(key), answers ? _account(i) : address(0), "accountable");
            }
        }
        address[3] memory accounts = [victim, reporter, treasury];
        for (uint256 i; i < accounts.length; ++i) {
            vm.assertEq(registry.credits(accounts[i]), _credits[accounts[i]], "credits");
            vm.assertEq(token.balanceOf(accounts[i]), _balances[accounts[i]], "collected");
        }
        vm.assertEq(token.balanceOf(address(registry)), _held + _donated, "held");
    }

    function _account(uint256 i) private pure returns (address) {
        return address(uint160(0x10000 + i));
    }

    function _key(uint256 i, uint256 number) private pure returns (uint256) {
        return 0x1000 * (i + 1) + number;
    }
}
