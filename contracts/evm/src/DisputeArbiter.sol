// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IArbiter} from "./IArbiter.sol";
import {ProviderRegistry} from "./ProviderRegistry.sol";
import {SignedStatements} from "./SignedStatements.sol";

/// @title Cases against providers that their own signatures prove
/// @notice Two contradictions, which nobody has to judge: two different receipts for one run of a job, and a receipt that charges more than
/// the offer that it names. Whoever shows one posts a bond; the provider's stake is locked; when the veto window is over, anybody ends the
/// case, which slashes a bounded share of the stake. A part goes to the victim, a smaller one to the reporter, at least half to the treasury.
/// @dev Immutable. An honest provider cannot be made to sign either: it draws the nonce of each run itself, and computes each amount from the
/// offer. What is vetoed or slashed for one job is so once, whatever receipts there are for it.
contract DisputeArbiter is IArbiter, SignedStatements, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice What a payment channel's id is the hash of, with its contract and chain.
    struct Channel {
        address payer;
        address payee;
        address token;
        bytes32 salt;
        address authorizedSigner;
    }

    enum Proof {
        None,
        Equivocation,
        Overcharge
    }

    enum Status {
        None,
        Open,
        Slashed,
        Vetoed
    }

    struct Case {
        address reporter;
        uint40 endsAt;
        Proof proof;
        Status status;
        bool extended;
        address victim;
        bytes32 channelId;
    }

    /// @notice A case opened; it can be ended at `endsAt`. The payer of `channelId` is the victim, once somebody shows who that is.
    event CaseOpened(
        bytes32 indexed caseId,
        address indexed provider,
        address indexed reporter,
        Proof proof,
        bytes16 jobId,
        bytes32 channelId,
        uint256 endsAt
    );

    /// @notice `victim` pays the channel that the receipt names.
    event VictimNamed(bytes32 indexed caseId, address indexed victim);

    /// @notice The guardian gave governance more time: until `endsAt`.
    event CaseExtended(bytes32 indexed caseId, uint256 endsAt);

    /// @notice The case ended with a slash of `amount`, zero when this is no arbiter any more; the bond went back.
    event CaseSlashed(bytes32 indexed caseId, uint256 amount);

    /// @notice Governance ended the case without a slash; the bond went back or, when `bondLost`, to the treasury.
    event CaseVetoed(bytes32 indexed caseId, bool bondLost);

    /// @notice `account` took what it was credited.
    event Collected(address indexed account, uint256 amount);

    /// @notice Nobody answers for what this key signed, or no longer.
    error NotAccountable(address key);
    /// @notice The statements are of different providers.
    error DifferentProviders(address first, address second);
    /// @notice The receipts are for different jobs, or different runs of one.
    error DifferentRuns();
    /// @notice The receipts are one and the same.
    error SameReceipt();
    /// @notice The receipt names another offer.
    error DifferentOffer(bytes32 expected);
    /// @notice The receipt charges no more than the offer allows.
    error NotOvercharged(uint256 amount, uint256 allowed);
    /// @notice The case is not open.
    error CaseNotOpen(bytes32 caseId);
    /// @notice The veto window is over at `endsAt` only.
    error VetoWindowNotOver(uint256 endsAt);
    /// @notice The veto window was over at `endsAt`.
    error VetoWindowOver(uint256 endsAt);
    /// @notice The guardian extends a case once.
    error AlreadyExtended(bytes32 caseId);
    /// @notice The parameters are not those of the receipt's channel.
    error DifferentChannel(bytes32 expected);
    /// @notice Only `account` may do this.
    error NotAllowed(address account);
    /// @notice The account is credited nothing.
    error NothingToCollect(address account);
    /// @notice The token did not move exactly what it was asked to.
    error InexactTransfer(address token);
    /// @notice The veto window is shorter or longer than makes sense, or the share is.
    error InvalidTerms();

    uint256 private constant MILLION = 1_000_000;
    uint256 private constant MIN_VETO_WINDOW = 1 days;
    uint256 private constant MAX_VETO_WINDOW = 30 days;

    /// @notice The victim's part of a slash, in ten-thousandths.
    uint256 public constant VICTIM_SHARE = 4_000;
    /// @notice The reporter's part of a slash, in ten-thousandths.
    uint256 public constant REPORTER_SHARE = 1_000;

    /// @notice Where the stake is.
    ProviderRegistry public immutable REGISTRY;
    /// @notice What bonds are posted in: the registry's token.
    IERC20 public immutable TOKEN;
    /// @notice The payment channels whose payers can be victims.
    address public immutable ESCROW;
    /// @notice What opening a case takes; it goes back unless governance finds the case abusive.
    uint256 public immutable BOND;
    /// @notice Seconds in which governance can veto; the guardian can double it once.
    uint256 public immutable VETO_WINDOW;
    /// @notice What a case takes of the whole stake, in ten-thousandths; the registry may take less.
    uint256 public immutable SLASH_SHARE;

    /// @notice What an account may collect.
    mapping(address account => uint256) public credits;

    // Ids of channels keep the chain id of the escrow's deployment.
    uint256 private immutable _chainId = block.chainid;

    mapping(bytes32 caseId => Case) private _cases;

    /// @param vetoWindow Seconds, between a day and 30 days; a week unless there is a reason.
    /// @param slashShare Ten-thousandths of the stake, 1 to 10,000.
    constructor(ProviderRegistry registry, address escrow, uint256 bond, uint256 vetoWindow, uint256 slashShare) {
        if (vetoWindow < MIN_VETO_WINDOW || vetoWindow > MAX_VETO_WINDOW) revert InvalidTerms();
        if (slashShare == 0 || slashShare > 10_000) revert InvalidTerms();
        REGISTRY = registry;
        TOKEN = registry.TOKEN();
        ESCROW = escrow;
        BOND = bond;
        VETO_WINDOW = vetoWindow;
        SLASH_SHARE = slashShare;
    }

    /// @notice Opens a case with two receipts that a provider signed for one run of a job and that are not the same.
    /// @param signature 65 bytes, by a key of the provider; two of its keys may have signed.
    function openEquivocation(
        bytes calldata receipt,
        bytes calldata signature,
        bytes calldata otherReceipt,
        bytes calldata otherSignature
    ) external nonReentrant returns (bytes32 caseId) {
        Receipt memory first = _parseReceipt(receipt);
        Receipt memory second = _parseReceipt(otherReceipt);
        if (first.jobId != second.jobId || first.runNonce != second.runNonce) revert DifferentRuns();
        if (keccak256(receipt) == keccak256(otherReceipt)) revert SameReceipt();
        address provider = _signers(receipt, signature, otherReceipt, otherSignature);
        bytes32 channelId = first.channelId == 0 ? second.channelId : first.channelId;
        return _open(provider, Proof.Equivocation, first.jobId, channelId);
    }

    /// @notice Opens a case with a receipt that charges more for its usage than the offer that it names.
    /// @param receiptSignature 65 bytes, by a key of the provider; so is the offer's.
    function openOvercharge(
        bytes calldata receipt,
        bytes calldata receiptSignature,
        bytes calldata offer,
        bytes calldata offerSignature
    ) external nonReentrant returns (bytes32 caseId) {
        Receipt memory said = _parseReceipt(receipt);
        if (sha256(offer) != said.offerId) revert DifferentOffer(said.offerId);
        uint256 allowed = _allowed(said, _parseOffer(offer));
        if (said.amount <= allowed) revert NotOvercharged(said.amount, allowed);
        address provider = _signers(receipt, receiptSignature, offer, offerSignature);
        return _open(provider, Proof.Overcharge, said.jobId, said.channelId);
    }

    /// @notice Shows that the payer of a channel is the victim of a case: the parameters hash to the channel that the receipt names.
    function nameVictim(bytes32 caseId, Channel calldata channel) external {
        Case storage entry = _opened(caseId);
        bytes32 channelId = keccak256(abi.encode(channel, ESCROW, _chainId));
        if (channelId != entry.channelId) revert DifferentChannel(entry.channelId);
        entry.victim = channel.payer;
        emit VictimNamed(caseId, channel.payer);
    }

    /// @notice The guardian doubles a case's veto window, once, when governance needs the time.
    function extend(bytes32 caseId) external {
        if (msg.sender != REGISTRY.guardian()) revert NotAllowed(msg.sender);
        Case storage entry = _opened(caseId);
        if (block.timestamp >= entry.endsAt) revert VetoWindowOver(entry.endsAt);
        if (entry.extended) revert AlreadyExtended(caseId);
        entry.extended = true;
        entry.endsAt += uint40(VETO_WINDOW);
        emit CaseExtended(caseId, entry.endsAt);
    }

    /// @notice Governance ends a case without a slash: the owner, whose delay is longer than the window when providers shall be able to leave
    /// before a change, or the guardian, which is then a governor with a short delay.
    /// @param bondLost Whether the bond goes to the treasury, for a case that was an abuse.
    function veto(bytes32 caseId, bool bondLost) external {
        if (msg.sender != REGISTRY.owner() && msg.sender != REGISTRY.guardian()) revert NotAllowed(msg.sender);
        Case storage entry = _opened(caseId);
        if (block.timestamp >= entry.endsAt) revert VetoWindowOver(entry.endsAt);
        entry.status = Status.Vetoed;
        credits[bondLost ? REGISTRY.treasury() : entry.reporter] += BOND;
        emit CaseVetoed(caseId, bondLost);
        if (_isLocked(caseId)) REGISTRY.release(caseId);
    }

    /// @notice Ends a case whose veto window is over, with a slash. Anybody may call it.
    function finalize(bytes32 caseId) external {
        Case storage entry = _opened(caseId);
        if (block.timestamp < entry.endsAt) revert VetoWindowNotOver(entry.endsAt);
        entry.status = Status.Slashed;
        credits[entry.reporter] += BOND;
        uint256 amount;
        if (_isLocked(caseId)) {
            amount = REGISTRY.slash(caseId, SLASH_SHARE, entry.victim, VICTIM_SHARE, entry.reporter, REPORTER_SHARE);
        }
        emit CaseSlashed(caseId, amount);
    }

    /// @notice Pays an account what it was credited of bonds. Anybody may call it; slashes are collected at the registry.
    function collect(address account) external nonReentrant {
        uint256 amount = credits[account];
        if (amount == 0) revert NothingToCollect(account);
        credits[account] = 0;
        emit Collected(account, amount);
        TOKEN.safeTransfer(account, amount);
    }

    /// @inheritdoc IArbiter
    function caseDuration() external view returns (uint256) {
        return 2 * VETO_WINDOW;
    }

    /// @notice The id of the one case that there can be about a provider's job.
    function caseIdOf(address provider, bytes16 jobId) public pure returns (bytes32) {
        return keccak256(abi.encode("depin.case.job.v1", provider, jobId));
    }

    /// @notice A case's state.
    function getCase(bytes32 caseId) external view returns (Case memory) {
        return _cases[caseId];
    }

    /// @notice What a receipt says; fails where a case would.
    function readReceipt(bytes calldata receipt) external pure returns (Receipt memory) {
        return _parseReceipt(receipt);
    }

    /// @notice What an offer says; fails where a case would.
    function readOffer(bytes calldata offer) external pure returns (Offer memory) {
        return _parseOffer(offer);
    }

    /// @notice What a receipt may charge under an offer.
    function allowedAmount(bytes calldata receipt, bytes calldata offer) external pure returns (uint256) {
        return _allowed(_parseReceipt(receipt), _parseOffer(offer));
    }

    // The cost of the usage, rounded up to a base unit once, as the network's price says; nothing in another asset.
    function _allowed(Receipt memory said, Offer memory offer) private pure returns (uint256) {
        if (said.assetHash != offer.assetHash) return 0;
        uint256 millionths =
            said.inputTokens * offer.perMillionInputTokens + said.outputTokens * offer.perMillionOutputTokens;
        return (millionths + MILLION - 1) / MILLION;
    }

    function _signers(
        bytes calldata first,
        bytes calldata firstSignature,
        bytes calldata second,
        bytes calldata secondSignature
    ) private view returns (address provider) {
        provider = _signer(first, firstSignature);
        address other = _signer(second, secondSignature);
        if (provider != other) revert DifferentProviders(provider, other);
    }

    function _signer(bytes calldata statement, bytes calldata signature) private view returns (address provider) {
        address key = ECDSA.recoverCalldata(keccak256(statement), signature);
        provider = REGISTRY.accountableFor(key);
        if (provider == address(0)) revert NotAccountable(key);
    }

    function _open(address provider, Proof proof, bytes16 jobId, bytes32 channelId) private returns (bytes32 caseId) {
        caseId = caseIdOf(provider, jobId);
        uint256 endsAt = block.timestamp + VETO_WINDOW;
        _cases[caseId] = Case(msg.sender, uint40(endsAt), proof, Status.Open, false, address(0), channelId);
        emit CaseOpened(caseId, provider, msg.sender, proof, jobId, channelId, endsAt);
        REGISTRY.lock(caseId, provider);
        uint256 held = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(msg.sender, address(this), BOND);
        if (TOKEN.balanceOf(address(this)) != held + BOND) revert InexactTransfer(address(TOKEN));
    }

    // After governance took this arbiter's rights, anybody can release the stake there; the case, and its bond, still end here.
    function _isLocked(bytes32 caseId) private view returns (bool) {
        (,, ProviderRegistry.CaseStatus status) = REGISTRY.getCase(caseId);
        return status == ProviderRegistry.CaseStatus.Open;
    }

    function _opened(bytes32 caseId) private view returns (Case storage entry) {
        entry = _cases[caseId];
        if (entry.status != Status.Open) revert CaseNotOpen(caseId);
    }
}
