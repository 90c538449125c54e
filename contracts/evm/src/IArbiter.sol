// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What the registry asks of a contract before it may lock and slash stake.
interface IArbiter {
    /// @notice The most seconds from a case's opening until anybody can end it.
    function caseDuration() external view returns (uint256);
}
