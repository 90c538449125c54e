// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RegistryHandler} from "./RegistryHandler.sol";
import {vm} from "../fixtures/Vm.sol";

/// Sequences of acts by providers, an arbiter and governance. The handler compares after each act: nothing leaves before its thaw ends or
/// while a case is open, a case slashes once and no more than its bound, and neither unstaking nor a change of key gets out of one.
contract ProviderRegistryInvariants {
    RegistryHandler private _handler;

    function setUp() external {
        vm.warp(1_800_000_000);
        _handler = new RegistryHandler();
        _handler.begin();
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
            RegistryHandler.register.selector,
            RegistryHandler.addStake.selector,
            RegistryHandler.requestUnstake.selector,
            RegistryHandler.cancelUnstake.selector,
            RegistryHandler.withdraw.selector,
            RegistryHandler.scheduleKey.selector,
            RegistryHandler.lock.selector,
            RegistryHandler.slash.selector,
            RegistryHandler.release.selector,
            RegistryHandler.collect.selector,
            RegistryHandler.govern.selector,
            RegistryHandler.donate.selector,
            RegistryHandler.pass.selector
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
