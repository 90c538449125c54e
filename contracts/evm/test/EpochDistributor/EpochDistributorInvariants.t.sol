// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../fixtures/Vm.sol";
import {DistributorHandler} from "./DistributorHandler.sol";

/// Sequences of acts by everybody. The handler compares after each act: no epoch pays more than its total, each row pays once, bonds are
/// conserved, and what is held covers what is committed.
contract EpochDistributorInvariants {
    DistributorHandler private _handler;

    function setUp() external {
        vm.warp(1_800_000_000);
        _handler = new DistributorHandler();
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
            DistributorHandler.postRoot.selector,
            DistributorHandler.postRoot.selector,
            DistributorHandler.challengeRoot.selector,
            DistributorHandler.rule.selector,
            DistributorHandler.expireChallenge.selector,
            DistributorHandler.claim.selector,
            DistributorHandler.claimMany.selector,
            DistributorHandler.releaseBond.selector,
            DistributorHandler.withdraw.selector,
            DistributorHandler.sweepExpired.selector,
            DistributorHandler.configure.selector,
            DistributorHandler.give.selector,
            DistributorHandler.pass.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), new bytes4[](acts.length + 2));
        for (uint256 i; i < acts.length; ++i) targets[0].selectors[i] = acts[i];
        targets[0].selectors[13] = DistributorHandler.returnFunds.selector;
        targets[0].selectors[14] = DistributorHandler.pass.selector;
    }

    function invariant_AsTheBooksSay() external view {
        _handler.compare();
    }

    function afterInvariant() external {
        _handler.everythingEnds();
    }
}
