// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Owns what is governed, and acts on it after a delay
/// @notice OpenZeppelin's TimelockController as it is. Its delay must be as long as the registry's withdrawals take at least, so that providers who
/// disagree with a change can leave before it holds.
contract GovernanceTimelock is TimelockController {
    /// @param minDelay Seconds from a decision to its execution.
    /// @param proposers Who may schedule and cancel; the governor is granted it once it exists.
    /// @param executors Who may execute what is due; the zero address lets anybody.
    /// @param admin Who grants roles besides the timelock itself; gives it up as the last step of a deployment.
    constructor(uint256 minDelay, address[] memory proposers, address[] memory executors, address admin)
        TimelockController(minDelay, proposers, executors, admin)
    {}
}
