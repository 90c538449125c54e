// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EpochDistributor} from "../../src/EpochDistributor.sol";
import {vm} from "../fixtures/Vm.sol";
import {DistributorFixture} from "./DistributorFixture.sol";

/// Acts on a few epochs at random and keeps books of its own. Before each act it says from these books whether the distributor will accept
/// it, and afterwards that everything stands as the books do.
contract DistributorHandler is DistributorFixture {
    struct Book {
        EpochDistributor.Status status;
        uint256 total;
        uint256 claimed;
        uint256 until;
        uint256 bond;
        uint32 posting;
        address poster;
        address challenger;
        bool[4] paid;
    }

    uint64 public constant COUNT = 4;
    uint256 private constant ROWS = 4;

    Book[COUNT] private _books;
    EpochDistributor.Claim[ROWS][COUNT] private _rows;
    mapping(address account => uint256) private _due;
    mapping(address account => uint256) private _balances;
    address[] private _accounts;
    uint256 private _held;
    uint256 private _cap = CAP;
    uint256 private _bond = BOND;
    uint32 private _postings;

    constructor() {
        setUp();
        // A time at which two of the epochs are not over.
        vm.warp(START + 2 * LENGTH);
        _held = 10 * CAP;
        _accounts = [poster, challenger, treasury, address(0x1000), address(0x1001), address(0x1002), address(0x1003)];
        _balances[poster] = 1e18;
        _balances[challenger] = 1e18;
    }

    function postRoot(uint64 epoch, uint256 seed, uint256 total, bool byChallenger) external {
        epoch %= COUNT;
        (EpochDistributor.Claim[] memory rows, bytes32 root, uint256 sum) = _list(epoch, seed);
        // Most lists pay their sum; some promise more than their total, or leave something over; one in eight goes beyond the cap.
        total = total % 8 == 0 ? _cap + 1 : total % 8 < 5 ? sum : total % (2 * sum);
        address sender = byChallenger ? challenger : poster;
        Book storage book = _books[epoch];
        bool accepted = book.status == EpochDistributor.Status.None && block.timestamp >= START + (epoch + 1) * LENGTH
            && total != 0 && total <= _cap && total <= _free();
        bool done = _call(sender, abi.encodeCall(distributor.postRoot, (epoch, root, uint128(total), 0)));
        vm.assertTrue(done == accepted, "postRoot");
        if (!done) return;
        book.status = EpochDistributor.Status.Posted;
        book.total = total;
        book.until = block.timestamp + WINDOW;
        book.bond = _bond;
        book.posting = ++_postings;
        book.poster = sender;
        for (uint256 i; i < ROWS; ++i) _rows[epoch][i] = rows[i];
        _move(sender, _bond, 0);
        compare();
    }

    function challengeRoot(uint64 epoch, uint32 posting, bool byPoster) external {
        epoch %= COUNT;
        Book storage book = _books[epoch];
        if (posting % 4 != 0) posting = book.posting;
        address sender = byPoster ? poster : challenger;
        bool accepted = book.status == EpochDistributor.Status.Posted && block.timestamp < book.until && posting == book.posting;
        bool done = _call(sender, abi.encodeCall(distributor.challengeRoot, (epoch, posting)));
        vm.assertTrue(done == accepted, "challengeRoot");
        if (!done) return;
        book.status = EpochDistributor.Status.Challenged;
        book.challenger = sender;
        book.until = block.timestamp + RULING;
        _move(sender, book.bond, 0);
        compare();
    }

    function rule(uint64 epoch, uint32 posting, bool right, uint256 by) external {
        epoch %= COUNT;
        Book storage book = _books[epoch];
        if (posting % 4 != 0) posting = book.posting;
        bool accepted = by % 4 != 0 && book.status == EpochDistributor.Status.Challenged && block.timestamp < book.until
            && posting == book.posting;
        bool done = _call(by % 4 != 0 ? owner : poster, abi.encodeCall(distributor.rule, (epoch, posting, right)));
        vm.assertTrue(done == accepted, "rule");
        if (!done) return;
        address winner = right ? book.poster : book.challenger;
        _due[winner] += book.bond + book.bond - book.bond / 2;
        _due[treasury] += book.bond / 2;
        if (right) {
            book.status = EpochDistributor.Status.Posted;
            book.until = block.timestamp;
            book.bond = 0;
        } else {
            delete _books[epoch];
        }
        compare();
    }

    function expireChallenge(uint64 epoch) external {
        epoch %= COUNT;
        _expire(epoch);
    }

    function claim(uint64 epoch, uint256 row, uint256 wrong) external {
        epoch %= COUNT;
        EpochDistributor.Claim memory c = _rows[epoch][row % ROWS];
        if (wrong % 8 == 0) ++c.amount;
        if (wrong % 8 == 1) ++c.index;
        bool accepted = wrong % 8 > 1 && _payable(epoch, row % ROWS);
        bool done = _call(challenger, abi.encodeCall(distributor.claim, (c)));
        vm.assertTrue(done == accepted, "claim");
        if (!done) return;
        _paid(epoch, row % ROWS);
        compare();
    }

    function claimMany(uint256[6] calldata picks) external {
        EpochDistributor.Claim[] memory rows = new EpochDistributor.Claim[](6);
        uint256 sum;
        for (uint256 i; i < 6; ++i) {
            uint64 epoch = uint64(picks[i] % COUNT);
            uint256 row = (picks[i] >> 64) % ROWS;
            rows[i] = _rows[epoch][row];
            bool wrong = (picks[i] >> 128) % 8 == 0;
            if (wrong) ++rows[i].amount;
            if (wrong || !_payable(epoch, row)) continue;
            sum += rows[i].amount;
            _paid(epoch, row);
        }
        vm.assertEq(distributor.claimMany(rows), sum, "claimMany");
        compare();
    }

    function releaseBond(uint64 epoch) external {
        _release(epoch % COUNT);
    }

    function withdraw(uint256 who) external {
        _withdraw(_accounts[who % 3]);
    }

    function sweepExpired(uint64 epoch) external {
        _sweep(epoch % COUNT);
    }

    function returnFunds(uint256 amount) external {
        amount %= CAP;
        bool accepted = amount <= _free();
        vm.assertTrue(_call(owner, abi.encodeCall(distributor.returnFunds, (amount))) == accepted, "returnFunds");
        if (accepted) _move(treasury, 0, amount);
        compare();
    }

    function configure(uint96 bond, uint128 cap) external {
        _bond = bond % BOND + 1;
        _cap = cap % CAP;
        vm.prank(owner);
        distributor.setBond(uint96(_bond));
        vm.prank(owner);
        distributor.setRewardCap(uint128(_cap));
        compare();
    }

    function give(uint256 amount) external {
        amount %= CAP;
        token.mint(address(distributor), amount);
        _held += amount;
        compare();
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + time % (time % 4 == 0 ? CLAIMING : WINDOW));
    }

    /// Every epoch ends, whatever happened before and without the owner: all that was committed goes out.
    function everythingEnds() external {
        vm.warp(block.timestamp + RULING);
        for (uint64 epoch; epoch < COUNT; ++epoch) _expire(epoch);
        vm.warp(block.timestamp + CLAIMING);
        for (uint64 epoch; epoch < COUNT; ++epoch) {
            _sweep(epoch);
            _release(epoch);
            vm.assertTrue(
                _books[epoch].status == EpochDistributor.Status.None
                    || _books[epoch].status == EpochDistributor.Status.Swept,
                "over"
            );
        }
        for (uint256 i; i < 3; ++i) _withdraw(_accounts[i]);
        compare();
        vm.assertEq(distributor.committed(), 0, "nothing stays");
    }

    function compare() public view {
        uint256 committed;
        for (uint64 epoch; epoch < COUNT; ++epoch) {
            Book memory book = _books[epoch];
            EpochDistributor.Epoch memory e = distributor.getEpoch(epoch);
            vm.assertEq(uint256(e.status), uint256(book.status), "status");
            vm.assertEq(e.total, book.total, "total");
            vm.assertEq(e.claimed, book.claimed, "claimed");
            vm.assertTrue(e.claimed <= e.total, "no more than the total");
            vm.assertEq(e.until, book.until, "until");
            vm.assertEq(e.bond, book.bond, "bond");
            vm.assertEq(e.posting, book.posting, "posting");
            vm.assertEq(e.poster, book.poster, "poster");
            vm.assertEq(e.challenger, book.challenger, "challenger");
            for (uint256 i; i < ROWS; ++i) vm.assertTrue(distributor.isClaimed(epoch, i) == book.paid[i], "paid");
            if (book.status != EpochDistributor.Status.Swept) committed += book.total - book.claimed;
            committed += book.status == EpochDistributor.Status.Challenged ? 2 * book.bond : book.bond;
        }
        for (uint256 i; i < _accounts.length; ++i) {
            address account = _accounts[i];
            vm.assertEq(distributor.due(account), _due[account], "due");
            vm.assertEq(token.balanceOf(account), _balances[account], "balance");
            committed += _due[account];
        }
        vm.assertEq(distributor.committed(), committed, "committed");
        vm.assertEq(token.balanceOf(address(distributor)), _held, "held");
        vm.assertTrue(_held >= committed, "solvent");
    }

    function _expire(uint64 epoch) private {
        Book storage book = _books[epoch];
        bool accepted = book.status == EpochDistributor.Status.Challenged && block.timestamp >= book.until;
        vm.assertTrue(_call(poster, abi.encodeCall(distributor.expireChallenge, (epoch))) == accepted, "expire");
        if (!accepted) return;
        _due[book.poster] += book.bond;
        _due[book.challenger] += book.bond;
        delete _books[epoch];
        compare();
    }

    function _release(uint64 epoch) private {
        Book storage book = _books[epoch];
        bool accepted =
            book.status != EpochDistributor.Status.Challenged && block.timestamp >= book.until && book.bond != 0;
        vm.assertTrue(_call(challenger, abi.encodeCall(distributor.releaseBond, (epoch))) == accepted, "release");
        if (!accepted) return;
        _move(book.poster, 0, book.bond);
        book.bond = 0;
        compare();
    }

    function _withdraw(address account) private {
        bool accepted = _due[account] != 0;
        vm.assertTrue(_call(poster, abi.encodeCall(distributor.withdraw, (account))) == accepted, "withdraw");
        _move(account, 0, _due[account]);
        _due[account] = 0;
        compare();
    }

    function _sweep(uint64 epoch) private {
        Book storage book = _books[epoch];
        bool accepted =
            book.status == EpochDistributor.Status.Posted && block.timestamp >= book.until + CLAIMING;
        vm.assertTrue(_call(poster, abi.encodeCall(distributor.sweepExpired, (epoch))) == accepted, "sweep");
        if (!accepted) return;
        book.status = EpochDistributor.Status.Swept;
        _move(treasury, 0, book.total - book.claimed);
        compare();
    }

    function _payable(uint64 epoch, uint256 row) private view returns (bool) {
        Book storage book = _books[epoch];
        return book.status == EpochDistributor.Status.Posted && block.timestamp >= book.until
            && block.timestamp < book.until + CLAIMING && !book.paid[row]
            && _rows[epoch][row].amount <= book.total - book.claimed;
    }

    function _paid(uint64 epoch, uint256 row) private {
        _books[epoch].paid[row] = true;
        _books[epoch].claimed += _rows[epoch][row].amount;
        _move(_rows[epoch][row].account, 0, _rows[epoch][row].amount);
    }

    function _list(uint64 epoch, uint256 seed)
        private
        view
        returns (EpochDistributor.Claim[] memory rows, bytes32 root, uint256 sum)
    {
        rows = new EpochDistributor.Claim[](ROWS);
        for (uint256 i; i < ROWS; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            rows[i] = EpochDistributor.Claim(epoch, i, _accounts[3 + random % 4], (random >> 8) % (CAP / 4), rows[i].proof);
            sum += rows[i].amount;
        }
        root = prove(rows);
    }

    function _free() private view returns (uint256) {
        return _held - distributor.committed();
    }

    function _call(address sender, bytes memory data) private returns (bool done) {
        vm.prank(sender);
        (done,) = address(distributor).call(data);
    }

    function _move(address account, uint256 into, uint256 out) private {
        _balances[account] = _balances[account] + out - into;
        _held = _held + into - out;
    }
}
