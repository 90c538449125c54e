// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// @title The token that votes
/// @notice A fixed supply, made at deployment; nobody can make more. Holders vote with what they delegated, to themselves or to others.
/// @dev OpenZeppelin's parts. Its clock is time and not the number of blocks, so that periods of votes compare with those of the contracts that
/// are governed, on chains of any block time.
contract GovernanceToken is ERC20, ERC20Permit, ERC20Votes {
    /// @param holder Gets the whole supply.
    constructor(string memory name, string memory symbol, address holder, uint256 supply) ERC20(name, symbol) ERC20Permit(name) {
        _mint(holder, supply);
    }

    /// @inheritdoc ERC20Permit
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    /// @notice The time (ERC-6372).
    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @notice What `clock` counts (ERC-6372).
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
