// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CaseHandler} from "./CaseHandler.sol";
import {vm} from "../fixtures/Vm.sol";

/// Sequences of acts by reporters, a provider that tries to leave, guardian and governance. The handler compares after each act: a job is
/// charged once, every case ends, bonds are conserved, and the stake is where the cases say.
contract DisputeArbiterInvariants {
    CaseHandler private _handler;

    function setUp() external {
        vm.warp(1_800_000_000);
        _handler = new CaseHandler();
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
        bytes4[13] memory acts = [
            CaseHandler.open.selector,
            CaseHandler.nameVictim.selector,
            CaseHandler.extend.selector,
            CaseHandler.veto.selector,
            CaseHandler.finalize.selector,
            CaseHandler.release.selector,
            CaseHandler.allow.selector,
            CaseHandler.requestUnstake.selector,
            CaseHandler.withdraw.selector,
            CaseHandler.addStake.selector,
            CaseHandler.changeKey.selector,
            CaseHandler.collect.selector,
            CaseHandler.pass.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), new bytes4[](acts.length));
        for (uint256 i; i < acts.length; ++i) targets[0].selectors[i] = acts[i];
    }

    function invariant_Solvent() external view {
        _handler.solvent();
    }

    function afterInvariant() external {
        _handler.everybodyEnds();
    }
}
