// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// @title Rewards by epoch, from Merkle roots that anybody can challenge
/// @notice Who is due what in an epoch is computed off chain; its Merkle root is posted with a bond. Unless somebody with a bond of the same
/// size challenges it in time, the accounts of the list can claim. A challenge freezes the epoch until the owner (governance) rules.
/// @dev Tokens that lie here and are not committed to an epoch, a bond or an account are what the next epochs are paid from; a transfer is
/// all it takes to add to them. An epoch gets its whole total set aside when its root is posted, so that no root, whatever it promises, can
/// touch another's money. Nothing the owner may change reaches an epoch whose root is posted. The token must move exactly the amount asked for.
contract EpochDistributor is Ownable, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using BitMaps for BitMaps.BitMap;

    enum Status {
        None, // no root, or the last one was rejected
        Posted, // open to challenges until the window ends, then to claims
        Challenged, // frozen until the owner rules
        Swept // over: what nobody claimed is with the treasury
    }

    enum Refusal {
        None,
        NotOpen, // no root, in its window, challenged, or past its time
        AlreadyClaimed,
        ExceedsTotal, // the list promises more than its total
        InvalidProof
    }

    /// @param start When epoch 0 begins (Unix time).
    /// @param length Seconds of an epoch; its root can be posted when it is over.
    /// @param challengeWindow Seconds in which a posted root can be challenged.
    /// @param rulingPeriod Seconds that the owner has to rule on a challenge: longer than a vote and its delay take.
    /// @param claimPeriod Seconds in which rewards can be claimed.
    struct Schedule {
        uint64 start;
        uint64 length;
        uint64 challengeWindow;
        uint64 rulingPeriod;
        uint64 claimPeriod;
    }

    /// @param root The Merkle root of the list.
    /// @param total What the list pays at most; set aside.
    /// @param claimed What it has paid.
    /// @param poster Who posted it.
    /// @param until The end of the challenge window; while challenged, of the time to rule.
    /// @param status Where it stands.
    /// @param posting The number of the posting; a challenge or a ruling names it, so that it cannot meet another root.
    /// @param challenger Who challenged it.
    /// @param bond The poster's bond, and the challenger's; zero once it is paid out.
    struct Epoch {
        bytes32 root;
        uint128 total;
        uint128 claimed;
        address poster;
        uint40 until;
        Status status;
        uint32 posting;
        address challenger;
        uint96 bond;
    }

    /// @param epoch The epoch.
    /// @param index The row in the epoch's list; each pays once.
    /// @param account Who gets it.
    /// @param amount How much.
    /// @param proof From the leaf to the root.
    struct Claim {
        uint64 epoch;
        uint256 index;
        address account;
        uint256 amount;
        bytes32[] proof;
    }

    /// @notice A root was posted; `document` is the hash of the list, by which it can be fetched.
    event RootPosted(
        uint64 indexed epoch,
        uint32 indexed posting,
        address indexed poster,
        bytes32 root,
        uint256 total,
        uint256 bond,
        uint256 challengeEnd,
        bytes32 document
    );

    /// @notice The root is frozen; the owner can rule until `rulingEnd`.
    event RootChallenged(uint64 indexed epoch, uint32 indexed posting, address indexed challenger, uint256 rulingEnd);

    /// @notice The owner found the root right: claims are open.
    event RootUpheld(uint64 indexed epoch, uint32 indexed posting);

    /// @notice The root is void and the epoch open to another: the owner found it wrong, or did not rule in time.
    event RootRejected(uint64 indexed epoch, uint32 indexed posting, bool ruled);

    /// @notice A row of an epoch's list was paid.
    event Claimed(uint64 indexed epoch, uint256 indexed index, address indexed account, uint256 amount);

    /// @notice The epoch is over; the treasury got what nobody had claimed.
    event EpochSwept(uint64 indexed epoch, uint256 amount);

    /// @notice The poster of a root that stood got its bond back.
    event BondReleased(uint64 indexed epoch, address indexed poster, uint256 amount);

    /// @notice Bonds that an account won or got back were paid out.
    event Withdrawn(address indexed account, uint256 amount);

    /// @notice The treasury got back what was not committed.
    event FundsReturned(uint256 amount);

    /// @notice What an epoch may pay, from the next posting on.
    event RewardCapChanged(uint256 rewardCap);

    /// @notice What posting and challenging take, from the next posting on.
    event BondChanged(uint256 bond);

    /// @notice Who may post; zero is anybody.
    event PosterChanged(address poster);

    /// @notice A parameter is out of its range.
    error InvalidParameter();
    /// @notice Only `poster` may post.
    error NotPoster(address poster);
    /// @notice The epoch is not over yet.
    error EpochNotOver(uint256 end);
    /// @notice The epoch is not in the state that this needs.
    error WrongStatus(Status status);
    /// @notice The epoch's root is of another posting.
    error WrongPosting(uint32 posting);
    /// @notice It is too early or too late for this.
    error OutOfTime(uint256 until);
    /// @notice The list pays nothing or more than an epoch may.
    error InvalidTotal(uint256 rewardCap);
    /// @notice There is not so much that is not committed.
    error NotFunded(uint256 available);
    /// @notice The row cannot be paid.
    error ClaimRefused(Refusal reason);
    /// @notice The token did not move exactly what it was asked to.
    error InexactTransfer();
    /// @notice Nothing is due.
    error NothingDue();

    uint256 private constant MIN_PERIOD = 1 hours;
    uint256 private constant MAX_PERIOD = 366 days;

    /// @notice What rewards and bonds are paid in.
    IERC20 public immutable TOKEN;
    /// @notice Gets what is left over, and half of what is lost in bonds.
    address public immutable TREASURY;
    /// @notice When epoch 0 began.
    uint256 public immutable START;
    /// @notice Seconds of an epoch.
    uint256 public immutable LENGTH;
    /// @notice Seconds to challenge a root.
    uint256 public immutable CHALLENGE_WINDOW;
    /// @notice Seconds to rule on a challenge.
    uint256 public immutable RULING_PERIOD;
    /// @notice Seconds to claim.
    uint256 public immutable CLAIM_PERIOD;

    /// @notice The most that an epoch may pay; zero stops postings.
    uint128 public rewardCap;
    /// @notice What posting and challenging take.
    uint96 public bond;
    uint32 private _postings;
    /// @notice Who may post; zero is anybody with the bond.
    address public poster;
    /// @notice What is set aside for epochs, bonds and accounts.
    uint256 public committed;

    /// @notice What an account can withdraw of bonds that it won or gets back.
    mapping(address account => uint256) public due;
    mapping(uint64 epoch => Epoch) private _epochs;
    mapping(uint64 epoch => BitMaps.BitMap) private _claimed;

    /// @param owner Governance: rules on challenges and sets the cap, the bond and the poster.
    constructor(IERC20 token, address owner, address treasury, Schedule memory schedule, uint128 rewardCap_, uint96 bond_)
        Ownable(owner)
    {
        if (address(token).code.length == 0 || treasury == address(0)) revert InvalidParameter();
        TOKEN = token;
        TREASURY = treasury;
        START = schedule.start;
        LENGTH = _period(schedule.length);
        CHALLENGE_WINDOW = _period(schedule.challengeWindow);
        RULING_PERIOD = _period(schedule.rulingPeriod);
        CLAIM_PERIOD = _period(schedule.claimPeriod);
        _setRewardCap(rewardCap_);
        _setBond(bond_);
    }

    /// @notice Sets the most that an epoch may pay; zero stops postings and nothing else.
    function setRewardCap(uint128 value) external onlyOwner {
        _setRewardCap(value);
    }

    /// @notice Sets what posting and challenging take; not zero.
    function setBond(uint96 value) external onlyOwner {
        _setBond(value);
    }

    /// @notice Sets who may post; zero is anybody with the bond.
    function setPoster(address value) external onlyOwner {
        poster = value;
        emit PosterChanged(value);
    }

    /// @notice Sends what is not committed back to the treasury.
    function returnFunds(uint256 amount) external onlyOwner nonReentrant {
        uint256 free = available();
        if (amount > free) revert NotFunded(free);
        emit FundsReturned(amount);
        TOKEN.safeTransfer(TREASURY, amount);
    }

    /// @notice Posts the root of an epoch that is over, with a bond approved before.
    /// @param document The hash of the list, by which challengers and claimants can fetch it.
    function postRoot(uint64 epoch, bytes32 root, uint128 total, bytes32 document) external nonReentrant {
        if (poster != address(0) && msg.sender != poster) revert NotPoster(poster);
        uint256 end = epochEnd(epoch);
        if (block.timestamp < end) revert EpochNotOver(end);
        Epoch storage e = _epochs[epoch];
        if (e.status != Status.None) revert WrongStatus(e.status);
        if (total == 0 || total > rewardCap) revert InvalidTotal(rewardCap);
        uint256 free = available();
        if (total > free) revert NotFunded(free);

        uint256 until = block.timestamp + CHALLENGE_WINDOW;
        uint32 posting = ++_postings;
        uint96 stake = bond;
        _epochs[epoch] = Epoch(root, total, 0, msg.sender, uint40(until), Status.Posted, posting, address(0), stake);
        committed += total;
        emit RootPosted(epoch, posting, msg.sender, root, total, stake, until, document);
        _pullBond(stake);
    }

    /// @notice Freezes a root in its challenge window, with a bond like the poster's, approved before.
    function challengeRoot(uint64 epoch, uint32 posting) external nonReentrant {
        Epoch storage e = _require(epoch, posting, Status.Posted);
        if (block.timestamp >= e.until) revert OutOfTime(e.until);
        uint256 until = block.timestamp + RULING_PERIOD;
        e.status = Status.Challenged;
        e.challenger = msg.sender;
        e.until = uint40(until);
        emit RootChallenged(epoch, posting, msg.sender, until);
        _pullBond(e.bond);
    }

    /// @notice The owner says whether a challenged root is right. The winner gets half of the loser's bond; the treasury gets the other half,
    /// so that nobody freezes epochs for nothing by challenging himself.
    function rule(uint64 epoch, uint32 posting, bool right) external onlyOwner {
        Epoch storage e = _require(epoch, posting, Status.Challenged);
        if (block.timestamp >= e.until) revert OutOfTime(e.until);
        uint256 stake = e.bond;
        uint256 toTreasury = stake / 2;
        due[TREASURY] += toTreasury;
        due[right ? e.poster : e.challenger] += 2 * stake - toTreasury;
        if (right) {
            e.status = Status.Posted;
            e.until = uint40(block.timestamp);
            e.bond = 0;
            emit RootUpheld(epoch, posting);
        } else {
            _reject(epoch, e, true);
        }
    }

    /// @notice Ends a challenge on which nobody ruled in time: both get their bonds back, and the epoch is open to another root.
    function expireChallenge(uint64 epoch) external {
        Epoch storage e = _epochs[epoch];
        if (e.status != Status.Challenged) revert WrongStatus(e.status);
        if (block.timestamp < e.until) revert OutOfTime(e.until);
        due[e.poster] += e.bond;
        due[e.challenger] += e.bond;
        _reject(epoch, e, false);
    }

    /// @notice Pays a row of an epoch's list to its account. Anybody may call it.
    function claim(Claim calldata row) external nonReentrant {
        Refusal refusal = _take(row);
        if (refusal != Refusal.None) revert ClaimRefused(refusal);
        TOKEN.safeTransfer(row.account, row.amount);
    }

    /// @notice Pays many rows, with one payment for rows of one account that follow each other. Rows that are not due are passed over, so that
    /// one of them, or somebody who claims one before, cannot hold the others up. An account that the token refuses to pay fails them all.
    /// @return paid What all accounts got.
    function claimMany(Claim[] calldata rows) external nonReentrant returns (uint256 paid) {
        address account;
        uint256 sum;
        for (uint256 i; i < rows.length; ++i) {
            Claim calldata row = rows[i];
            if (_take(row) != Refusal.None) continue;
            if (row.account != account) {
                if (sum != 0) TOKEN.safeTransfer(account, sum);
                account = row.account;
                sum = 0;
            }
            sum += row.amount;
            paid += row.amount;
        }
        if (sum != 0) TOKEN.safeTransfer(account, sum);
    }

    /// @notice Gives the poster of a root that stands its bond back. Anybody may call it.
    function releaseBond(uint64 epoch) external nonReentrant {
        Epoch storage e = _epochs[epoch];
        if (e.status == Status.Challenged) revert WrongStatus(e.status);
        if (block.timestamp < e.until) revert OutOfTime(e.until);
        uint256 amount = e.bond;
        if (amount == 0) revert NothingDue();
        e.bond = 0;
        committed -= amount;
        emit BondReleased(epoch, e.poster, amount);
        TOKEN.safeTransfer(e.poster, amount);
    }

    /// @notice Pays out bonds that an account won or gets back. Anybody may call it.
    function withdraw(address account) external nonReentrant {
        uint256 amount = due[account];
        if (amount == 0) revert NothingDue();
        due[account] = 0;
        committed -= amount;
        emit Withdrawn(account, amount);
        TOKEN.safeTransfer(account, amount);
    }

    /// @notice Sends what nobody claimed in time to the treasury. Anybody may call it.
    function sweepExpired(uint64 epoch) external nonReentrant {
        Epoch storage e = _epochs[epoch];
        if (e.status != Status.Posted) revert WrongStatus(e.status);
        uint256 deadline = e.until + CLAIM_PERIOD;
        if (block.timestamp < deadline) revert OutOfTime(deadline);
        uint256 left = e.total - e.claimed;
        e.status = Status.Swept;
        committed -= left;
        emit EpochSwept(epoch, left);
        TOKEN.safeTransfer(TREASURY, left);
    }

    /// @notice What an epoch stands at; all zero when it has no root.
    function getEpoch(uint64 epoch) external view returns (Epoch memory) {
        return _epochs[epoch];
    }

    /// @notice Whether a row was paid.
    function isClaimed(uint64 epoch, uint256 index) external view returns (bool) {
        return _claimed[epoch].get(index);
    }

    /// @notice Why a row cannot be paid now, or None.
    function check(Claim calldata row) external view returns (Refusal) {
        return _check(row);
    }

    /// @notice What is here and not committed: the next epochs are paid from it.
    function available() public view returns (uint256) {
        uint256 held = TOKEN.balanceOf(address(this));
        return held > committed ? held - committed : 0;
    }

    /// @notice When an epoch is over, and its root may be posted.
    function epochEnd(uint64 epoch) public view returns (uint256) {
        return START + (uint256(epoch) + 1) * LENGTH;
    }

    /// @notice The leaf of a row: hashed twice, so that no inner node is one, and bound to the chain, the contract and the epoch.
    function leafOf(uint64 epoch, uint256 index, address account, uint256 amount) public view returns (bytes32) {
        return keccak256(
            bytes.concat(keccak256(abi.encode(block.chainid, address(this), epoch, index, account, amount)))
        );
    }

    function _check(Claim calldata row) private view returns (Refusal) {
        Epoch storage e = _epochs[row.epoch];
        if (e.status != Status.Posted || block.timestamp < e.until || block.timestamp >= e.until + CLAIM_PERIOD) {
            return Refusal.NotOpen;
        }
        if (_claimed[row.epoch].get(row.index)) return Refusal.AlreadyClaimed;
        if (row.amount > e.total - e.claimed) return Refusal.ExceedsTotal;
        bytes32 leaf = leafOf(row.epoch, row.index, row.account, row.amount);
        return MerkleProof.verifyCalldata(row.proof, e.root, leaf) ? Refusal.None : Refusal.InvalidProof;
    }

    function _take(Claim calldata row) private returns (Refusal refusal) {
        refusal = _check(row);
        if (refusal != Refusal.None) return refusal;
        _claimed[row.epoch].set(row.index);
        _epochs[row.epoch].claimed += uint128(row.amount);
        committed -= row.amount;
        emit Claimed(row.epoch, row.index, row.account, row.amount);
    }

    function _reject(uint64 epoch, Epoch storage e, bool ruled) private {
        committed -= e.total;
        emit RootRejected(epoch, e.posting, ruled);
        delete _epochs[epoch];
    }

    function _require(uint64 epoch, uint32 posting, Status status) private view returns (Epoch storage e) {
        e = _epochs[epoch];
        if (e.status != status) revert WrongStatus(e.status);
        if (e.posting != posting) revert WrongPosting(e.posting);
    }

    function _pullBond(uint256 amount) private {
        committed += amount;
        uint256 held = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        if (TOKEN.balanceOf(address(this)) != held + amount) revert InexactTransfer();
    }

    function _setRewardCap(uint128 value) private {
        rewardCap = value;
        emit RewardCapChanged(value);
    }

    function _setBond(uint96 value) private {
        if (value == 0) revert InvalidParameter();
        bond = value;
        emit BondChanged(value);
    }

    function _period(uint256 value) private pure returns (uint256) {
        if (value < MIN_PERIOD || value > MAX_PERIOD) revert InvalidParameter();
        return value;
    }
}
