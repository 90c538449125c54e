// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RegistryFixture} from "./RegistryFixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// What a whole transaction costs, with its base fee and its calldata; compared with the figures under gas/. This contract is the arbiter.
/// forge-config: default.isolate = true
contract ProviderRegistryGasTest is RegistryFixture {
    uint256 public constant caseDuration = 14 days;

    function setUp() public override {
        super.setUp();
        vm.prank(owner);
        registry.setArbiter(address(this), true);
        token.mint(victim, 1);
        register(provider, KEY, STAKE);
    }

    function test_Gas_Register() public {
        address second = address(0x2222);
        fund(second);
        register(second, NEXT_KEY, STAKE);
        vm.snapshotGasLastCall("ProviderRegistry", "register");
    }

    function test_Gas_Provider() public {
        vm.prank(provider);
        registry.addStake(1);
        vm.snapshotGasLastCall("ProviderRegistry", "addStake");
        vm.prank(operator);
        registry.setDocument(provider, payee, keccak256("another"), URI);
        vm.snapshotGasLastCall("ProviderRegistry", "setDocument");
        schedule(provider, NEXT_KEY);
        vm.snapshotGasLastCall("ProviderRegistry", "scheduleKey");
        vm.prank(provider);
        registry.requestUnstake(STAKE + 1);
        vm.snapshotGasLastCall("ProviderRegistry", "requestUnstake");
        vm.warp(block.timestamp + THAW);
        vm.prank(provider);
        registry.withdraw();
        vm.snapshotGasLastCall("ProviderRegistry", "withdraw");
    }

    function test_Gas_Case() public {
        registry.lock("first", provider);
        registry.slash("first", 1_000, victim, 4_000, reporter, 1_000);
        registry.lock("second", provider);
        vm.snapshotGasLastCall("ProviderRegistry", "lock");
        registry.slash("second", 1_000, victim, 4_000, reporter, 1_000);
        vm.snapshotGasLastCall("ProviderRegistry", "slash");
        registry.collect(victim);
        vm.snapshotGasLastCall("ProviderRegistry", "collect");
    }
}
