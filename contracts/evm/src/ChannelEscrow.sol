// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAuthorizedTransfer} from "./IAuthorizedTransfer.sol";

/// @title One-way payment channels
/// @notice A payer deposits once; signed vouchers, off chain, raise what the payee may take; the rest goes back to the payer.
/// The contract has no owner, cannot be changed or paused, and every payment goes to the payee or the payer of its channel.
/// @dev A channel takes one storage slot: its parameters are hashed into its id and come with each call. A voucher states the total
/// since the channel opened, so it needs neither nonce nor expiry. Tokens must move exactly the amount asked for and must not rebase:
/// deposits check it.
contract ChannelEscrow is EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice What a channel is; its hash is the channel's id.
    /// @param payer Deposits, and gets back what was not spent.
    /// @param payee Gets what vouchers grant.
    /// @param token An ERC-20 token; zero is the chain's own coin.
    /// @param salt Tells channels of the same parties apart.
    /// @param authorizedSigner Signs vouchers, a key or an ERC-1271 contract; zero is the payer.
    struct Channel {
        address payer;
        address payee;
        address token;
        bytes32 salt;
        address authorizedSigner;
    }

    enum Status {
        None,
        Open,
        Closed
    }

    /// @notice A channel opened; the parameters are those that its id is the hash of.
    event Opened(
        bytes32 indexed channelId,
        address indexed payer,
        address indexed payee,
        address token,
        bytes32 salt,
        address authorizedSigner,
        uint256 deposit
    );

    /// @notice The deposit grew to `deposit`.
    event ToppedUp(bytes32 indexed channelId, uint256 deposit);

    /// @notice The payee has been paid `settled` since the channel opened.
    event Settled(bytes32 indexed channelId, uint256 settled);

    /// @notice The payer may withdraw at `closeAt`; until then the payee can settle.
    event CloseRequested(bytes32 indexed channelId, uint256 closeAt);

    /// @notice The payer topped up, which takes the request to close back.
    event CloseCanceled(bytes32 indexed channelId);

    /// @notice The channel is closed for good: `settled` went to the payee in all, `refund` to the payer now.
    event Closed(bytes32 indexed channelId, uint256 settled, uint256 refund);

    /// @notice The channel exists, or did.
    error ChannelExists(bytes32 channelId);
    /// @notice The channel never opened, or is closed.
    error ChannelNotOpen(bytes32 channelId);
    /// @notice Payer or payee is the zero address.
    error InvalidParty();
    /// @notice Zero, or more than a channel holds (2^96 - 1).
    error InvalidDeposit(uint256 deposit);
    /// @notice The value sent is not the deposit in the chain's own coin, or came with a token's.
    error InvalidValue(uint256 expected, uint256 sent);
    /// @notice The token did not move exactly what it was asked to.
    error InexactTransfer(address token);
    /// @notice The nonce is not the one that binds the authorization to the channel.
    error InvalidNonce(bytes32 expected);
    /// @notice The voucher grants no more than was paid already.
    error NothingToSettle(uint256 settled);
    /// @notice The voucher grants more than the deposit.
    error ExceedsDeposit(uint256 deposit);
    /// @notice The authorized signer did not sign this.
    error InvalidSignature();
    /// @notice Only `party` may do this.
    error NotParty(address party);
    /// @notice A request to close is pending already.
    error CloseAlreadyRequested(uint256 closeAt);
    /// @notice Nobody asked to close, or the grace period is not over.
    error GracePeriodNotOver(uint256 closeAt);
    /// @notice The rows are not whole.
    error InvalidBatch();
    /// @notice The grace period is shorter or longer than a payee or a payer can be asked to accept.
    error InvalidGracePeriod(uint256 gracePeriod);

    uint256 private constant MIN_GRACE_PERIOD = 15 minutes;
    uint256 private constant MAX_GRACE_PERIOD = 30 days;
    bytes32 private constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint128 cumulativeAmount)");
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    // A slot: deposit, settled, closeAt (0 without a request), status.
    uint256 private constant AMOUNT = 0xffffffffffffffffffffffff;
    uint256 private constant SETTLED = 96;
    uint256 private constant CLOSE_AT = 192;
    uint256 private constant STATUS = 232;

    // payer 20 | authorizedSigner 20 | salt 32 | cumulativeAmount 12 | r 32 | yParityAndS 32 (EIP-2098)
    uint256 private constant ROW = 148;

    /// @notice Seconds from the payer's request to close until the payer may withdraw.
    uint256 public immutable CLOSE_GRACE_PERIOD;

    // Ids keep the chain id of the deployment: after a fork that changes it, vouchers of the one chain are void on the other (their
    // domain follows the chain), but payers still reach their deposits.
    uint256 private immutable _chainId = block.chainid;

    mapping(bytes32 channelId => uint256) private _slots;

    /// @param gracePeriod Seconds between 15 minutes and 30 days; how long a payee may be away without losing earned money.
    constructor(uint256 gracePeriod) EIP712("EVM Payment Channel", "1") {
        if (gracePeriod < MIN_GRACE_PERIOD || gracePeriod > MAX_GRACE_PERIOD) revert InvalidGracePeriod(gracePeriod);
        CLOSE_GRACE_PERIOD = gracePeriod;
    }

    /// @notice Opens a channel of the caller's money; a token must have been approved before.
    function open(address payee, address token, uint128 deposit, bytes32 salt, address authorizedSigner)
        external
        payable
        nonReentrant
        returns (bytes32 channelId)
    {
        channelId = _create(Channel(msg.sender, payee, token, salt, authorizedSigner), deposit);
        _pull(token, deposit);
    }

    /// @notice Opens a channel with an EIP-2612 permit in place of an approval.
    /// @dev Whoever sees the permit may spend it first, which does no harm: the allowance then stands, so a failing permit is passed over.
    function openWithPermit(
        address payee,
        address token,
        uint128 deposit,
        bytes32 salt,
        address authorizedSigner,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (bytes32 channelId) {
        channelId = _create(Channel(msg.sender, payee, token, salt, authorizedSigner), deposit);
        try IERC20Permit(token).permit(msg.sender, address(this), deposit, deadline, v, r, s) {} catch {}
        _pull(token, deposit);
    }

    /// @notice Opens a channel with money of `from`, who signed an EIP-3009 authorization; anybody may send it in.
    /// @param nonce keccak256(abi.encode(from, payee, token, salt, authorizedSigner)): the authorization serves this channel only.
    function openWithAuthorization(
        address payee,
        address token,
        uint128 deposit,
        bytes32 salt,
        address authorizedSigner,
        address from,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external nonReentrant returns (bytes32 channelId) {
        bytes32 bound = keccak256(abi.encode(from, payee, token, salt, authorizedSigner));
        if (nonce != bound) revert InvalidNonce(bound);
        channelId = _create(Channel(from, payee, token, salt, authorizedSigner), deposit);
        uint256 held = IERC20(token).balanceOf(address(this));
        IAuthorizedTransfer(token).receiveWithAuthorization(
            from, address(this), deposit, validAfter, validBefore, nonce, signature
        );
        _requireReceived(token, held + deposit);
    }

    /// @notice Adds to a channel's deposit. The payer's own top-up takes a request to close back; anybody else's does not.
    function topUp(Channel calldata channel, uint128 additionalDeposit) external payable nonReentrant {
        (bytes32 id, uint256 slot) = _load(channel);
        uint256 deposit = (slot & AMOUNT) + additionalDeposit;
        if (additionalDeposit == 0 || deposit > AMOUNT) revert InvalidDeposit(deposit);
        slot += additionalDeposit;
        uint256 closeAt = _closeAt(slot);
        if (closeAt != 0 && msg.sender == channel.payer) {
            slot -= closeAt << CLOSE_AT;
            emit CloseCanceled(id);
        }
        _slots[id] = slot;
        emit ToppedUp(id, deposit);
        _pull(channel.token, additionalDeposit);
    }

    /// @notice Pays the payee what a voucher grants beyond what was paid before. Anybody may call it.
    /// @param signature 65 bytes, or 64 in the form of EIP-2098, or what an ERC-1271 signer takes.
    function settle(Channel calldata channel, uint128 cumulativeAmount, bytes calldata signature) external nonReentrant {
        (bytes32 id, uint256 slot) = _load(channel);
        uint256 granted = _verify(channel, id, slot, cumulativeAmount, signature);
        _slots[id] = slot + (granted << SETTLED);
        emit Settled(id, cumulativeAmount);
        _pay(channel.token, channel.payee, granted);
    }

    /// @notice Settles vouchers of many channels that share payee and token, with one payment. Anybody may call it.
    /// @dev A row that does not hold (bad signature, no gain, beyond the deposit, channel not open) is passed over, so that one of them
    /// cannot hold the others up. ERC-1271 signers are left to `settle`.
    /// @param vouchers Rows of 148 bytes: payer 20, authorizedSigner 20, salt 32, cumulativeAmount 12, r 32, yParityAndS 32 (EIP-2098).
    /// @return paid What the payee got.
    function settleBatch(address payee, address token, bytes calldata vouchers)
        external
        nonReentrant
        returns (uint256 paid)
    {
        if (vouchers.length % ROW != 0) revert InvalidBatch();
        bytes32 domain = _domainSeparatorV4();
        bytes32 typeHash = VOUCHER_TYPEHASH;
        bytes32 topic = Settled.selector;
        uint256 chainId = _chainId;
        assembly ("memory-safe") {
            // The channel (7 words), the voucher (3), its digest's preimage (3) and the recovery's input (4), laid out once for all rows.
            let channel := mload(0x40)
            let voucher := add(channel, 0xe0)
            let preimage := add(voucher, 0x60)
            let recovery := add(preimage, 0x60)
            mstore(add(channel, 0x20), payee)
            mstore(add(channel, 0x40), token)
            mstore(add(channel, 0xa0), address())
            mstore(add(channel, 0xc0), chainId)
            mstore(voucher, typeHash)
            mstore(preimage, 0x1901)
            mstore(add(preimage, 0x20), domain)
            let end := add(vouchers.offset, vouchers.length)
            for { let row := vouchers.offset } lt(row, end) { row := add(row, ROW) } {
                let signer := shr(96, calldataload(add(row, 20)))
                mstore(channel, shr(96, calldataload(row)))
                mstore(add(channel, 0x60), calldataload(add(row, 40)))
                mstore(add(channel, 0x80), signer)
                if iszero(signer) { signer := mload(channel) }

                let id := keccak256(channel, 0xe0)
                mstore(0x00, id)
                mstore(0x20, _slots.slot)
                let key := keccak256(0x00, 0x40)
                let slot := sload(key)
                let cumulative := shr(160, calldataload(add(row, 72)))
                let settled := and(shr(SETTLED, slot), AMOUNT)
                if or(
                    or(gt(cumulative, and(slot, AMOUNT)), iszero(gt(cumulative, settled))),
                    iszero(eq(shr(STATUS, slot), 1))
                ) { continue }

                let s := calldataload(add(row, 116))
                let parity := shr(255, s)
                s := shr(1, shl(1, s))
                if gt(s, HALF_ORDER) { continue }
                mstore(add(voucher, 0x20), id)
                mstore(add(voucher, 0x40), cumulative)
                mstore(add(preimage, 0x40), keccak256(voucher, 0x60))
                mstore(recovery, keccak256(add(preimage, 0x1e), 0x42))
                mstore(add(recovery, 0x20), add(27, parity))
                mstore(add(recovery, 0x40), calldataload(add(row, 84)))
                mstore(add(recovery, 0x60), s)
                // A recovery that fails returns nothing and leaves the zero, which no signer is: a zero signer stands for the payer,
                // who is not zero.
                mstore(0x00, 0)
                pop(staticcall(gas(), 1, recovery, 0x80, 0x00, 0x20))
                if iszero(eq(mload(0x00), signer)) { continue }

                let granted := sub(cumulative, settled)
                paid := add(paid, granted)
                sstore(key, add(slot, shl(SETTLED, granted)))
                mstore(0x00, cumulative)
                log2(0x00, 0x20, topic, id)
            }
        }
        if (paid != 0) _pay(token, payee, paid);
    }

    /// @notice The payee closes: takes what the last voucher grants, and the payer gets the rest back at once.
    /// @param cumulativeAmount No more than what was settled before gives up what was not; the signature is then not looked at.
    function close(Channel calldata channel, uint128 cumulativeAmount, bytes calldata signature) external nonReentrant {
        if (msg.sender != channel.payee) revert NotParty(channel.payee);
        (bytes32 id, uint256 slot) = _load(channel);
        uint256 granted;
        if (cumulativeAmount > _settled(slot)) {
            granted = _verify(channel, id, slot, cumulativeAmount, signature);
            slot += granted << SETTLED;
        }
        _finish(channel, id, slot, granted);
    }

    /// @notice The payer asks to close; the payee has the grace period to settle what it holds.
    function requestClose(Channel calldata channel) external {
        if (msg.sender != channel.payer) revert NotParty(channel.payer);
        (bytes32 id, uint256 slot) = _load(channel);
        if (_closeAt(slot) != 0) revert CloseAlreadyRequested(_closeAt(slot));
        uint256 closeAt = block.timestamp + CLOSE_GRACE_PERIOD;
        _slots[id] = slot | (closeAt << CLOSE_AT);
        emit CloseRequested(id, closeAt);
    }

    /// @notice Gives the payer the rest back when the grace period is over. Anybody may call it.
    function withdraw(Channel calldata channel) external nonReentrant {
        (bytes32 id, uint256 slot) = _load(channel);
        uint256 closeAt = _closeAt(slot);
        if (closeAt == 0 || block.timestamp < closeAt) revert GracePeriodNotOver(closeAt);
        _finish(channel, id, slot, 0);
    }

    /// @notice The id that a channel with these parameters has.
    function computeChannelId(address payer, address payee, address token, bytes32 salt, address authorizedSigner)
        external
        view
        returns (bytes32)
    {
        return _idOf(Channel(payer, payee, token, salt, authorizedSigner));
    }

    /// @notice A channel's state; after it closed, `deposit` is what the payee got in all.
    function getChannel(bytes32 channelId)
        external
        view
        returns (uint96 deposit, uint96 settled, uint40 closeAt, Status status)
    {
        uint256 slot = _slots[channelId];
        return (uint96(slot), uint96(slot >> SETTLED), uint40(slot >> CLOSE_AT), Status(slot >> STATUS));
    }

    /// @notice What the authorized signer signs to grant the payee `cumulativeAmount` in all.
    function voucherDigest(bytes32 channelId, uint128 cumulativeAmount) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(VOUCHER_TYPEHASH, channelId, cumulativeAmount)));
    }

    /// @notice The EIP-712 domain's hash.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function _create(Channel memory channel, uint256 deposit) private returns (bytes32 id) {
        if (channel.payer == address(0) || channel.payee == address(0)) revert InvalidParty();
        if (deposit == 0 || deposit > AMOUNT) revert InvalidDeposit(deposit);
        id = _idOf(channel);
        // A closed channel's slot is not zero either: its vouchers must not count a second time.
        if (_slots[id] != 0) revert ChannelExists(id);
        _slots[id] = deposit | (uint256(Status.Open) << STATUS);
        emit Opened(
            id, channel.payer, channel.payee, channel.token, channel.salt, channel.authorizedSigner, deposit
        );
    }

    function _finish(Channel calldata channel, bytes32 id, uint256 slot, uint256 granted) private {
        uint256 settled = _settled(slot);
        uint256 refund = (slot & AMOUNT) - settled;
        _slots[id] = settled | (settled << SETTLED) | (uint256(Status.Closed) << STATUS);
        emit Closed(id, settled, refund);
        if (granted != 0) _pay(channel.token, channel.payee, granted);
        if (refund != 0) _pay(channel.token, channel.payer, refund);
    }

    function _load(Channel calldata channel) private view returns (bytes32 id, uint256 slot) {
        id = _idOf(channel);
        slot = _slots[id];
        if (slot >> STATUS != uint256(Status.Open)) revert ChannelNotOpen(id);
    }

    function _verify(Channel calldata channel, bytes32 id, uint256 slot, uint256 cumulativeAmount, bytes calldata signature)
        private
        view
        returns (uint256 granted)
    {
        uint256 settled = _settled(slot);
        if (cumulativeAmount <= settled) revert NothingToSettle(settled);
        if (cumulativeAmount > slot & AMOUNT) revert ExceedsDeposit(slot & AMOUNT);
        address signer = channel.authorizedSigner == address(0) ? channel.payer : channel.authorizedSigner;
        bytes32 digest = voucherDigest(id, uint128(cumulativeAmount));
        // The key comes first: a signer that takes on code later (EIP-7702) cannot void what its key has signed.
        if (
            _recover(digest, signature) != signer
                && !SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature)
        ) revert InvalidSignature();
        return cumulativeAmount - settled;
    }

    function _recover(bytes32 digest, bytes calldata signature) private pure returns (address recovered) {
        if (signature.length == 64) {
            (recovered,,) = ECDSA.tryRecover(digest, bytes32(signature[:32]), bytes32(signature[32:]));
        } else {
            (recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        }
    }

    function _pull(address token, uint256 amount) private {
        uint256 expected = token == address(0) ? amount : 0;
        if (msg.value != expected) revert InvalidValue(expected, msg.value);
        if (token == address(0)) return;
        uint256 held = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        _requireReceived(token, held + amount);
    }

    function _requireReceived(address token, uint256 expected) private view {
        if (IERC20(token).balanceOf(address(this)) != expected) revert InexactTransfer(token);
    }

    function _pay(address token, address to, uint256 amount) private {
        if (token == address(0)) Address.sendValue(payable(to), amount);
        else IERC20(token).safeTransfer(to, amount);
    }

    function _idOf(Channel memory channel) private view returns (bytes32) {
        return keccak256(abi.encode(channel, address(this), _chainId));
    }

    function _settled(uint256 slot) private pure returns (uint256) {
        return (slot >> SETTLED) & AMOUNT;
    }

    function _closeAt(uint256 slot) private pure returns (uint256) {
        return uint40(slot >> CLOSE_AT);
    }
}
