// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token for tests that keeps one part in a hundred of what is moved
contract FeeToken is ERC20 {
    constructor() ERC20("Test Fee", "TFEE") {}

    /// @notice Makes `amount` out of nothing.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Moves without asking for a signature, and keeps the fee.
    function receiveWithAuthorization(address from, address to, uint256 value, uint256, uint256, bytes32, bytes calldata)
        external
    {
        _transfer(from, to, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0)) super._update(to, address(1), value / 100);
    }
}
