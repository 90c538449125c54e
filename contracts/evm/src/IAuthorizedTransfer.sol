// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The overload of EIP-3009 that takes a packed signature, so that contract wallets can authorize as well.
interface IAuthorizedTransfer {
    /// @notice Moves `value` from its owner to the caller, who must be `to`.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}
