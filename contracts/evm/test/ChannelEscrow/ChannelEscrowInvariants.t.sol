// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EscrowHandler} from "./EscrowHandler.sol";
import {vm} from "../fixtures/Vm.sol";

/// Sequences of acts by everybody. The handler compares after each act: settled amounts only grow, closed channels stay closed, nobody
/// leaves early, only parties are paid and exactly what is due.
contract ChannelEscrowInvariants {
    EscrowHandler private _handler;

    function setUp() external {
        vm.warp(1_800_000_000);
        _handler = new EscrowHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[9] memory acts = [
            EscrowHandler.open.selector,
            EscrowHandler.topUp.selector,
            EscrowHandler.settle.selector,
            EscrowHandler.settleBatch.selector,
            EscrowHandler.close.selector,
            EscrowHandler.requestClose.selector,
            EscrowHandler.withdraw.selector,
            EscrowHandler.donate.selector,
            EscrowHandler.pass.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), new bytes4[](acts.length));
        for (uint256 i; i < acts.length; ++i) targets[0].selectors[i] = acts[i];
    }

    function invariant_Solvent() external view {
        _handler.solvent();
    }

    function afterInvariant() external {
        _handler.everybodyLeaves();
    }
}
