// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Reader of what providers sign
/// @notice Receipts and offers in the canonical encoding of the network: a domain tag, then fields in a fixed order; integers are big-endian
/// and of fixed width, bytes and text carry a length of 32 bits. Whatever is not exactly that is refused, so that a statement has one reading.
abstract contract SignedStatements {
    /// @notice What a receipt says, as far as a case needs it.
    struct Receipt {
        bytes16 jobId;
        bytes16 runNonce;
        bytes32 offerId;
        uint256 inputTokens;
        uint256 outputTokens;
        uint256 amount;
        bytes32 assetHash; // Keccak-256 of the asset's text
        bytes32 channelId; // zero when the job was free
    }

    /// @notice What an offer says, as far as a case needs it.
    struct Offer {
        uint256 perMillionInputTokens;
        uint256 perMillionOutputTokens;
        bytes32 assetHash; // Keccak-256 of the asset's text
    }

    /// @notice The bytes are no such statement: what begins at `offset` is not what has to be there.
    error InvalidStatement(uint256 offset);

    bytes32 private constant RECEIPT_TAG = keccak256("depin.receipt.v2");
    bytes32 private constant OFFER_TAG = keccak256("depin.offer.v1");
    bytes32 private constant ALGORITHM = keccak256("secp256k1-keccak256");
    uint256 private constant MAX_COUNT = uint256(uint64(type(int64).max));

    function _parseReceipt(bytes calldata data) internal pure returns (Receipt memory receipt) {
        bytes32 field;
        uint256 offset = _tag(data, 0, RECEIPT_TAG);
        (field, offset) = _fixed(data, offset, 16);
        receipt.jobId = bytes16(field);
        (field, offset) = _fixed(data, offset, 16);
        receipt.runNonce = bytes16(field);
        (, offset) = _fixed(data, offset, 32); // the job's hash
        (receipt.offerId, offset) = _fixed(data, offset, 32);
        offset = _key(data, offset);
        (, offset) = _text(data, offset); // model
        (, offset) = _optional(data, offset); // the model's hash
        (, offset) = _fixed(data, offset, 32); // the outputs' hash
        (receipt.inputTokens, offset) = _count(data, offset);
        (receipt.outputTokens, offset) = _count(data, offset);
        (receipt.amount, receipt.assetHash, offset) = _amount(data, offset);
        (receipt.channelId, offset) = _optional(data, offset);
        (, offset) = _integer(data, offset, 8); // outcome
        (, offset) = _integer(data, offset, 8); // completion
        if (offset != data.length) revert InvalidStatement(offset);
    }

    function _parseOffer(bytes calldata data) internal pure returns (Offer memory offer) {
        uint256 offset = _tag(data, 0, OFFER_TAG);
        offset = _key(data, offset);
        (, offset) = _text(data, offset); // payee
        (, offset) = _text(data, offset); // endpoint
        (, offset) = _text(data, offset); // kind
        (, offset) = _text(data, offset); // model
        (, offset) = _optional(data, offset); // the model's hash
        (offer.perMillionInputTokens,, offset) = _amount(data, offset);
        (offer.perMillionOutputTokens, offer.assetHash, offset) = _amount(data, offset);
        (,, offset) = _amount(data, offset); // credit window
        (, offset) = _text(data, offset); // region
        uint256 capabilities;
        (capabilities, offset) = _integer(data, offset, 8);
        for (; capabilities != 0; --capabilities) (, offset) = _text(data, offset);
        (, offset) = _integer(data, offset, 8); // jobs at a time
        (, offset) = _integer(data, offset, 8); // context
        (, offset) = _integer(data, offset, 8); // issue
        (, offset) = _integer(data, offset, 8); // expiry
        if (offset != data.length) revert InvalidStatement(offset);
    }

    function _tag(bytes calldata data, uint256 offset, bytes32 expected) private pure returns (uint256 next) {
        bytes32 hash;
        (hash, next) = _text(data, offset);
        if (hash != expected) revert InvalidStatement(offset);
    }

    function _key(bytes calldata data, uint256 offset) private pure returns (uint256 next) {
        next = _tag(data, offset, ALGORITHM);
        uint256 length;
        (length, next) = _integer(data, next, 4);
        if (length != 33) revert InvalidStatement(next - 4);
        next = _past(data, next, 33);
    }

    // A count below zero buys nothing.
    function _count(bytes calldata data, uint256 offset) private pure returns (uint256 value, uint256 next) {
        (value, next) = _integer(data, offset, 8);
        if (value > MAX_COUNT) value = 0;
    }

    function _amount(bytes calldata data, uint256 offset)
        private
        pure
        returns (uint256 value, bytes32 assetHash, uint256 next)
    {
        (value, next) = _integer(data, offset, 16);
        (assetHash, next) = _text(data, next);
    }

    function _text(bytes calldata data, uint256 offset) private pure returns (bytes32 hash, uint256 next) {
        (uint256 length, uint256 start) = _integer(data, offset, 4);
        next = _past(data, start, length);
        hash = keccak256(data[start:next]);
    }

    function _optional(bytes calldata data, uint256 offset) private pure returns (bytes32 value, uint256 next) {
        (uint256 length, uint256 start) = _integer(data, offset, 4);
        return length == 0 ? (bytes32(0), start) : _fixed(data, offset, 32);
    }

    // Bytes whose length must be this one.
    function _fixed(bytes calldata data, uint256 offset, uint256 width) private pure returns (bytes32 value, uint256 next) {
        (uint256 length, uint256 start) = _integer(data, offset, 4);
        if (length != width) revert InvalidStatement(offset);
        next = _past(data, start, width);
        value = bytes32(data[start:next]);
    }

    function _integer(bytes calldata data, uint256 offset, uint256 width) private pure returns (uint256 value, uint256 next) {
        next = _past(data, offset, width);
        value = uint256(bytes32(data[offset:next])) >> (256 - 8 * width);
    }

    function _past(bytes calldata data, uint256 offset, uint256 length) private pure returns (uint256 next) {
        next = offset + length;
        if (next > data.length) revert InvalidStatement(offset);
    }
}
