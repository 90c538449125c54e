// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IArbiter} from "./IArbiter.sol";

/// @title Providers, their keys, and the stake that answers for what the keys sign
/// @notice A provider is the account that stakes. Its receipt key signs offers and receipts; where its description is fetched is in events,
/// and what that description must be is its SHA-256 hash. Stake leaves after a thaw, and answers to the last second of it.
/// @dev The owner is the timelock. It sets the minimum, the bound of a slash, the arbiters and the treasury; the guardian can hold up new
/// registrations. Neither can hold a withdrawal up, and stake moves against its owner's will only by a case of an arbiter. Slashed stake is
/// credited and pulled, so that no recipient can make a slash fail.
contract ProviderRegistry is Ownable2Step, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    struct Provider {
        uint96 stake; // in force
        uint96 thawing; // on its way out, and slashable all the same
        uint40 thawEnd;
        uint24 locks; // cases that are open
        address key;
        uint40 nextKeyFrom; // when nextKey takes over; zero when none is scheduled
        address nextKey;
        address operator;
        bytes32 documentHash;
    }

    struct Key {
        address provider;
        uint40 accountableUntil; // zero while the key is, or is to be, in use
    }

    enum CaseStatus {
        None,
        Open,
        Closed
    }

    struct Case {
        address provider;
        CaseStatus status;
        address arbiter;
    }

    /// @notice A provider registered; `DocumentChanged` and `StakeChanged` of the same transaction say the rest.
    event Registered(address indexed provider, address indexed key, address operator);

    /// @notice The provider describes itself in a document at `uri` whose SHA-256 hash is `documentHash`, and is paid at `payee`.
    event DocumentChanged(address indexed provider, address payee, bytes32 documentHash, string uri);

    /// @notice `operator` may change the document from now on, besides the provider.
    event OperatorChanged(address indexed provider, address operator);

    /// @notice `key` takes over at `from`; `replaced` answers for what it signed until `accountableUntil`.
    event KeyScheduled(
        address indexed provider, address indexed key, uint256 from, address indexed replaced, uint256 accountableUntil
    );

    /// @notice The provider has `stake` in force, and `thawing` that it can withdraw from `thawEnd` on.
    event StakeChanged(address indexed provider, uint256 stake, uint256 thawing, uint256 thawEnd);

    /// @notice The provider took `amount` out.
    event Withdrawn(address indexed provider, uint256 amount);

    /// @notice A case opened: nothing leaves until it ends.
    event Locked(bytes32 indexed caseId, address indexed provider, address indexed arbiter);

    /// @notice The case ended without a slash.
    event Released(bytes32 indexed caseId, address indexed provider);

    /// @notice The case took `amount`; what neither victim nor reporter got went to the treasury.
    event Slashed(
        bytes32 indexed caseId,
        address indexed provider,
        uint256 amount,
        address victim,
        uint256 victimCut,
        address reporter,
        uint256 reporterCut
    );

    /// @notice `account` took what it was credited.
    event Collected(address indexed account, uint256 amount);

    /// @notice Providers need `minStake` in force to be listed.
    event MinStakeChanged(uint256 minStake);

    /// @notice A case takes at most this share of a stake, in ten-thousandths.
    event MaxCaseShareChanged(uint256 share);

    /// @notice `arbiter` may lock and slash stake, or no longer may.
    event ArbiterChanged(address indexed arbiter, bool allowed);

    /// @notice Slashed stake goes to `treasury`, as far as nobody else gets it.
    event TreasuryChanged(address treasury);

    /// @notice `guardian` may pause registrations.
    event GuardianChanged(address guardian);

    /// @notice New providers cannot register, or can again.
    event RegistrationsPaused(bool paused);

    /// @notice The account is a provider already.
    error AlreadyRegistered(address provider);
    /// @notice The account is no provider.
    error NotRegistered(address provider);
    /// @notice Only `account` may do this.
    error NotAllowed(address account);
    /// @notice The guardian holds up new registrations.
    error RegistrationPaused();
    /// @notice Somebody uses this key, or did: a key never comes back.
    error KeyTaken(address key);
    /// @notice The holder of the key did not sign that it belongs to this provider.
    error InvalidKeyProof(address key);
    /// @notice A key is scheduled already and takes over at `from`.
    error KeyChangePending(uint256 from);
    /// @notice The text is longer than `limit` bytes, or empty.
    error InvalidUri(uint256 length, uint256 limit);
    /// @notice The amount is zero, or more than there is.
    error InvalidAmount(uint256 amount, uint256 available);
    /// @notice What stays in force would be less than the minimum, and not nothing.
    error BelowMinStake(uint256 stake, uint256 minStake);
    /// @notice Nothing thaws, or not until `thawEnd`.
    error StillThawing(uint256 thawEnd);
    /// @notice So many cases are open against the provider.
    error StakeLocked(uint256 locks);
    /// @notice The caller is not an arbiter.
    error NotArbiter(address account);
    /// @notice The case was opened before; once is all.
    error CaseKnown(bytes32 caseId);
    /// @notice The case is not open, or is not the caller's.
    error CaseNotOpen(bytes32 caseId);
    /// @notice The provider has no stake, in force or thawing.
    error NothingAtStake(address provider);
    /// @notice Victim and reporter together get no more than `limit` ten-thousandths.
    error CutTooLarge(uint256 cut, uint256 limit);
    /// @notice The account is credited nothing.
    error NothingToCollect(address account);
    /// @notice The token did not move exactly what it was asked to.
    error InexactTransfer(address token);
    /// @notice The address is zero.
    error InvalidAddress();
    /// @notice The periods do not fit: a key changes within the dispute window, and the thaw outlasts that and a case.
    error InvalidPeriods(uint256 thawPeriod, uint256 needed);
    /// @notice The share is zero or more than `limit` ten-thousandths.
    error InvalidShare(uint256 share, uint256 limit);

    uint256 private constant WHOLE = 10_000;
    /// @notice The longest URI, in bytes.
    uint256 public constant MAX_URI_LENGTH = 512;
    /// @notice The most that victim and reporter get of a slash, in ten-thousandths: a provider that accuses itself loses at least the rest.
    uint256 public constant MAX_CUT = 5_000;
    /// @notice The most that the share which a case takes can be set to, in ten-thousandths.
    uint256 public constant MAX_CASE_SHARE = 5_000;
    /// @notice The longest thaw, in seconds.
    uint256 public constant MAX_THAW_PERIOD = 180 days;

    bytes32 private constant RECEIPT_KEY_TYPEHASH = keccak256("ReceiptKey(address provider,address key)");

    /// @notice What is staked.
    IERC20 public immutable TOKEN;
    /// @notice Seconds from a request to unstake until the stake can be withdrawn.
    uint256 public immutable THAW_PERIOD;
    /// @notice Seconds for which a replaced key still answers for what it signed.
    uint256 public immutable DISPUTE_WINDOW;
    /// @notice Seconds from the announcement of a key until it takes over.
    uint256 public immutable KEY_DELAY;

    /// @notice The stake in force that a provider needs to be listed.
    uint96 public minStake;
    /// @notice The most that a case takes, in ten-thousandths of a stake.
    uint16 public maxCaseShare;
    /// @notice Whether new providers are held up.
    bool public paused;
    /// @notice Who may pause registrations.
    address public guardian;
    /// @notice Where slashed stake goes.
    address public treasury;
    /// @notice Who may lock and slash stake.
    mapping(address account => bool) public isArbiter;
    /// @notice What an account may collect.
    mapping(address account => uint256) public credits;

    mapping(address account => Provider) private _providers;
    mapping(address key => Key) private _keys;
    mapping(bytes32 caseId => Case) private _cases;

    /// @param token What is staked; it must move exactly what it is asked to, and not rebase.
    /// @param owner_ The timelock.
    /// @param guardian_ May pause registrations; zero for nobody.
    /// @param treasury_ Gets slashed stake; a burn address where it shall be nobody's.
    /// @param minStake_ The stake that a provider needs.
    /// @param maxCaseShare_ The most that a case takes, in ten-thousandths of a stake.
    /// @param thawPeriod Seconds; longer than the dispute window and any arbiter's cases together.
    /// @param disputeWindow Seconds in which something can be reported.
    /// @param keyDelay Seconds, at most the dispute window.
    constructor(
        IERC20 token,
        address owner_,
        address guardian_,
        address treasury_,
        uint96 minStake_,
        uint16 maxCaseShare_,
        uint256 thawPeriod,
        uint256 disputeWindow,
        uint256 keyDelay
    ) Ownable(owner_) EIP712("DePin Provider Registry", "1") {
        if (thawPeriod > MAX_THAW_PERIOD || thawPeriod < disputeWindow) revert InvalidPeriods(thawPeriod, disputeWindow);
        if (keyDelay > disputeWindow) revert InvalidPeriods(disputeWindow, keyDelay);
        TOKEN = token;
        THAW_PERIOD = thawPeriod;
        DISPUTE_WINDOW = disputeWindow;
        KEY_DELAY = keyDelay;
        _setGuardian(guardian_);
        _setTreasury(treasury_);
        _setMinStake(minStake_);
        _setMaxCaseShare(maxCaseShare_);
    }

    /// @notice Registers the caller as a provider; the stake must have been approved before.
    /// @param key Signs offers and receipts.
    /// @param keyProof The key's signature over `keyDigest(provider, key)`, 65 bytes: nobody registers a key of somebody else.
    /// @param operator May change the document besides the provider; zero for nobody.
    /// @param payee Where the provider is paid.
    /// @param documentHash SHA-256 of the document.
    /// @param uri Where the document is fetched.
    function register(
        uint96 amount,
        address key,
        bytes calldata keyProof,
        address operator,
        address payee,
        bytes32 documentHash,
        string calldata uri
    ) external nonReentrant {
        if (paused) revert RegistrationPaused();
        Provider storage provider = _providers[msg.sender];
        if (provider.key != address(0)) revert AlreadyRegistered(msg.sender);
        if (amount < minStake || amount == 0) revert BelowMinStake(amount, minStake);
        _takeKey(key, keyProof);
        provider.key = key;
        provider.operator = operator;
        provider.stake = amount;
        emit Registered(msg.sender, key, operator);
        _describe(msg.sender, provider, payee, documentHash, uri);
        emit StakeChanged(msg.sender, amount, 0, 0);
        _pull(amount);
    }

    /// @notice Adds to the caller's stake in force.
    function addStake(uint96 amount) external nonReentrant {
        Provider storage provider = _registered(msg.sender);
        if (amount == 0) revert InvalidAmount(0, type(uint96).max);
        provider.stake += amount;
        _emitStake(msg.sender, provider);
        _pull(amount);
    }

    /// @notice Starts the thaw of a part of the stake; what thawed before starts again with it.
    function requestUnstake(uint96 amount) external {
        Provider storage provider = _registered(msg.sender);
        uint256 stake = provider.stake;
        if (amount == 0 || amount > stake) revert InvalidAmount(amount, stake);
        uint256 left = stake - amount;
        if (left != 0 && left < minStake) revert BelowMinStake(left, minStake);
        provider.stake = uint96(left);
        provider.thawing += amount;
        provider.thawEnd = uint40(block.timestamp + THAW_PERIOD);
        _emitStake(msg.sender, provider);
    }

    /// @notice Takes the thaw back: everything is in force again.
    function cancelUnstake() external {
        Provider storage provider = _registered(msg.sender);
        uint96 amount = provider.thawing;
        if (amount == 0) revert InvalidAmount(0, 0);
        provider.stake += amount;
        provider.thawing = 0;
        provider.thawEnd = 0;
        _emitStake(msg.sender, provider);
    }

    /// @notice Pays the caller what has thawed, unless a case is open.
    function withdraw() external nonReentrant {
        Provider storage provider = _registered(msg.sender);
        uint256 amount = provider.thawing;
        if (amount == 0 || block.timestamp < provider.thawEnd) revert StillThawing(provider.thawEnd);
        if (provider.locks != 0) revert StakeLocked(provider.locks);
        provider.thawing = 0;
        provider.thawEnd = 0;
        emit Withdrawn(msg.sender, amount);
        _emitStake(msg.sender, provider);
        TOKEN.safeTransfer(msg.sender, amount);
    }

    /// @notice Announces the key that takes over after the delay. The key that it replaces answers for what it signed until a dispute
    /// window after that; the new one answers at once.
    function scheduleKey(address key, bytes calldata keyProof) external {
        Provider storage provider = _registered(msg.sender);
        if (provider.nextKeyFrom > block.timestamp) revert KeyChangePending(provider.nextKeyFrom);
        _takeKey(key, keyProof);
        address replaced = _keyOf(provider);
        uint256 from = block.timestamp + KEY_DELAY;
        uint256 until = from + DISPUTE_WINDOW;
        provider.key = replaced;
        provider.nextKey = key;
        provider.nextKeyFrom = uint40(from);
        _keys[replaced].accountableUntil = uint40(until);
        emit KeyScheduled(msg.sender, key, from, replaced, until);
    }

    /// @notice Changes where a provider is paid and its document; the provider's operator may, too.
    function setDocument(address provider, address payee, bytes32 documentHash, string calldata uri) external {
        Provider storage entry = _registered(provider);
        if (msg.sender != provider && msg.sender != entry.operator) revert NotAllowed(msg.sender);
        _describe(provider, entry, payee, documentHash, uri);
    }

    /// @notice Names who may change the document besides the caller; zero for nobody.
    function setOperator(address operator) external {
        _registered(msg.sender).operator = operator;
        emit OperatorChanged(msg.sender, operator);
    }

    /// @notice An arbiter opens a case: until it ends, nothing is withdrawn. A case opens once.
    function lock(bytes32 caseId, address provider) external {
        if (!isArbiter[msg.sender]) revert NotArbiter(msg.sender);
        if (_cases[caseId].status != CaseStatus.None) revert CaseKnown(caseId);
        Provider storage entry = _registered(provider);
        if (uint256(entry.stake) + entry.thawing == 0) revert NothingAtStake(provider);
        ++entry.locks;
        _cases[caseId] = Case(provider, CaseStatus.Open, msg.sender);
        emit Locked(caseId, provider, msg.sender);
    }

    /// @notice Ends a case without a slash. When its arbiter is one no longer, anybody may: no stake stays locked for want of a caller.
    function release(bytes32 caseId) external {
        Case storage entry = _cases[caseId];
        if (msg.sender != entry.arbiter && isArbiter[entry.arbiter]) revert CaseNotOpen(caseId);
        address provider = _close(caseId, entry);
        emit Released(caseId, provider);
    }

    /// @notice Ends a case with a slash of stake in force and thawing alike. An arbiter that is one no longer only ends the case.
    /// @param share Ten-thousandths of the whole stake, rounded up; the registry's bound holds.
    /// @param victim Who was harmed; zero when nobody showed to be.
    /// @param victimShare Ten-thousandths of the slash for the victim.
    /// @param reporterShare Ten-thousandths of the slash for the reporter.
    /// @return amount What was slashed.
    function slash(
        bytes32 caseId,
        uint256 share,
        address victim,
        uint256 victimShare,
        address reporter,
        uint256 reporterShare
    ) external returns (uint256 amount) {
        if (victimShare + reporterShare > MAX_CUT) revert CutTooLarge(victimShare + reporterShare, MAX_CUT);
        Case storage entry = _cases[caseId];
        if (msg.sender != entry.arbiter) revert CaseNotOpen(caseId);
        address provider = _close(caseId, entry);
        if (!isArbiter[msg.sender]) {
            emit Released(caseId, provider);
            return 0;
        }

        amount = _take(_providers[provider], share < maxCaseShare ? share : maxCaseShare);
        uint256 victimCut = victim == address(0) ? 0 : amount * victimShare / WHOLE;
        uint256 reporterCut = amount * reporterShare / WHOLE;
        credits[victim] += victimCut;
        credits[reporter] += reporterCut;
        credits[treasury] += amount - victimCut - reporterCut;
        emit Slashed(caseId, provider, amount, victim, victimCut, reporter, reporterCut);
        _emitStake(provider, _providers[provider]);
    }

    /// @notice Pays an account what it was credited. Anybody may call it.
    function collect(address account) external nonReentrant {
        uint256 amount = credits[account];
        if (amount == 0) revert NothingToCollect(account);
        credits[account] = 0;
        emit Collected(account, amount);
        TOKEN.safeTransfer(account, amount);
    }

    /// @notice Sets the stake that a provider needs to be listed.
    function setMinStake(uint96 minStake_) external onlyOwner {
        _setMinStake(minStake_);
    }

    /// @notice Sets the most that a case takes, in ten-thousandths of a stake.
    function setMaxCaseShare(uint16 share) external onlyOwner {
        _setMaxCaseShare(share);
    }

    /// @notice Lets an arbiter lock and slash, or no longer; its open cases then end without a slash.
    function setArbiter(address arbiter, bool allowed) external onlyOwner {
        if (allowed) {
            uint256 needed = DISPUTE_WINDOW + IArbiter(arbiter).caseDuration();
            if (THAW_PERIOD < needed) revert InvalidPeriods(THAW_PERIOD, needed);
        }
        isArbiter[arbiter] = allowed;
        emit ArbiterChanged(arbiter, allowed);
    }

    /// @notice Sets where slashed stake goes from now on.
    function setTreasury(address treasury_) external onlyOwner {
        _setTreasury(treasury_);
    }

    /// @notice Sets who may pause registrations.
    function setGuardian(address guardian_) external onlyOwner {
        _setGuardian(guardian_);
    }

    /// @notice Holds up new registrations, or lets them through again; nothing else is ever held up.
    function setPaused(bool paused_) external {
        if (msg.sender != guardian && msg.sender != owner()) revert NotAllowed(msg.sender);
        paused = paused_;
        emit RegistrationsPaused(paused_);
    }

    /// @notice A provider's entry as it is stored; `keyOf` says which of its keys is in use.
    function getProvider(address provider) external view returns (Provider memory) {
        return _providers[provider];
    }

    /// @notice The key that signs for a provider now; zero when it is not registered.
    function keyOf(address provider) external view returns (address) {
        return _keyOf(_providers[provider]);
    }

    /// @notice Whether a provider has the stake in force that being listed takes.
    function isActive(address provider) external view returns (bool) {
        Provider storage entry = _providers[provider];
        return entry.stake != 0 && entry.stake >= minStake;
    }

    /// @notice The provider that answers for what a key signed; zero when nobody does, or no longer.
    function accountableFor(address key) external view returns (address) {
        Key storage entry = _keys[key];
        bool over = entry.accountableUntil != 0 && block.timestamp >= entry.accountableUntil;
        return over ? address(0) : entry.provider;
    }

    /// @notice A case: against whom, opened by whom.
    function getCase(bytes32 caseId) external view returns (address provider, address arbiter, CaseStatus status) {
        Case storage entry = _cases[caseId];
        return (entry.provider, entry.arbiter, entry.status);
    }

    /// @notice What a receipt key signs to say whose it is.
    function keyDigest(address provider, address key) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(RECEIPT_KEY_TYPEHASH, provider, key)));
    }

    function _registered(address account) private view returns (Provider storage provider) {
        provider = _providers[account];
        if (provider.key == address(0)) revert NotRegistered(account);
    }

    function _keyOf(Provider storage provider) private view returns (address) {
        bool changed = provider.nextKeyFrom != 0 && block.timestamp >= provider.nextKeyFrom;
        return changed ? provider.nextKey : provider.key;
    }

    function _takeKey(address key, bytes calldata keyProof) private {
        if (_keys[key].provider != address(0)) revert KeyTaken(key);
        (address recovered,,) = ECDSA.tryRecoverCalldata(keyDigest(msg.sender, key), keyProof);
        if (recovered != key || key == address(0)) revert InvalidKeyProof(key);
        _keys[key].provider = msg.sender;
    }

    function _describe(
        address account,
        Provider storage provider,
        address payee,
        bytes32 documentHash,
        string calldata uri
    ) private {
        uint256 length = bytes(uri).length;
        if (length == 0 || length > MAX_URI_LENGTH) revert InvalidUri(length, MAX_URI_LENGTH);
        if (payee == address(0)) revert InvalidAddress();
        provider.documentHash = documentHash;
        emit DocumentChanged(account, payee, documentHash, uri);
    }

    function _close(bytes32 caseId, Case storage entry) private returns (address provider) {
        if (entry.status != CaseStatus.Open) revert CaseNotOpen(caseId);
        entry.status = CaseStatus.Closed;
        provider = entry.provider;
        --_providers[provider].locks;
    }

    // Takes from the stake in force first: a provider that falls below the minimum is no longer listed.
    function _take(Provider storage provider, uint256 share) private returns (uint256 amount) {
        (uint256 stake, uint256 thawing) = (provider.stake, provider.thawing);
        amount = ((stake + thawing) * share + WHOLE - 1) / WHOLE;
        uint256 fromStake = amount < stake ? amount : stake;
        provider.stake = uint96(stake - fromStake);
        provider.thawing = uint96(thawing - (amount - fromStake));
    }

    function _emitStake(address account, Provider storage provider) private {
        emit StakeChanged(account, provider.stake, provider.thawing, provider.thawEnd);
    }

    function _pull(uint256 amount) private {
        uint256 held = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        if (TOKEN.balanceOf(address(this)) != held + amount) revert InexactTransfer(address(TOKEN));
    }

    function _setMinStake(uint96 minStake_) private {
        minStake = minStake_;
        emit MinStakeChanged(minStake_);
    }

    function _setMaxCaseShare(uint16 share) private {
        if (share == 0 || share > MAX_CASE_SHARE) revert InvalidShare(share, MAX_CASE_SHARE);
        maxCaseShare = share;
        emit MaxCaseShareChanged(share);
    }

    function _setTreasury(address treasury_) private {
        if (treasury_ == address(0)) revert InvalidAddress();
        treasury = treasury_;
        emit TreasuryChanged(treasury_);
    }

    function _setGuardian(address guardian_) private {
        guardian = guardian_;
        emit GuardianChanged(guardian_);
    }
}
