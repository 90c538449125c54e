// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ProviderRegistry} from "../../src/ProviderRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// Registering, staking, leaving, and what providers say of themselves.
contract ProviderRegistryTest is RegistryFixture {
    function test_Register_TakesTheStakeAndTellsTheDirectory() public {
        bytes memory keyProof = proof(KEY, provider);
        vm.expectEmit();
        emit ProviderRegistry.Registered(provider, vm.addr(KEY), operator);
        vm.expectEmit();
        emit ProviderRegistry.DocumentChanged(provider, payee, DOCUMENT, URI);
        vm.expectEmit();
        emit ProviderRegistry.StakeChanged(provider, STAKE, 0, 0);
        vm.prank(provider);
        registry.register(STAKE, vm.addr(KEY), keyProof, operator, payee, DOCUMENT, URI);

        vm.assertEq(token.balanceOf(address(registry)), STAKE, "held");
        vm.assertEq(token.balanceOf(provider), 1e24 - STAKE, "paid");
        checkStake(provider, STAKE, 0, 0, 0);
        ProviderRegistry.Provider memory entry = registry.getProvider(provider);
        vm.assertEq(entry.key, vm.addr(KEY), "key");
        vm.assertEq(entry.nextKey, address(0), "nextKey");
        vm.assertEq(entry.operator, operator, "operator");
        vm.assertEq(entry.documentHash, DOCUMENT, "document");
        vm.assertEq(registry.keyOf(provider), vm.addr(KEY), "keyOf");
        vm.assertEq(registry.accountableFor(vm.addr(KEY)), provider, "accountable");
        vm.assertTrue(registry.isActive(provider), "active");
    }

    function test_Register_Twice_Reverts() public {
        register(provider, KEY, STAKE);
        bytes memory keyProof = proof(NEXT_KEY, provider);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.AlreadyRegistered.selector, provider));
        registry.register(STAKE, vm.addr(NEXT_KEY), keyProof, operator, payee, DOCUMENT, URI);
    }

    function test_Register_LessThanTheMinimum_Reverts() public {
        bytes memory keyProof = proof(KEY, provider);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.BelowMinStake.selector, MIN_STAKE - 1, MIN_STAKE));
        registry.register(MIN_STAKE - 1, vm.addr(KEY), keyProof, operator, payee, DOCUMENT, URI);
        register(provider, KEY, MIN_STAKE);
        vm.assertTrue(registry.isActive(provider), "the minimum is enough");
    }

    function test_Register_NothingWhereNothingIsNeeded_Reverts() public {
        vm.prank(owner);
        registry.setMinStake(0);
        bytes memory keyProof = proof(KEY, provider);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.BelowMinStake.selector, 0, 0));
        registry.register(0, vm.addr(KEY), keyProof, operator, payee, DOCUMENT, URI);
        register(provider, KEY, 1);
    }

    function test_Register_KeyOfAnother_Reverts() public {
        register(provider, KEY, STAKE);
        address second = address(0x2222);
        fund(second);
        bytes memory keyProof = proof(KEY, second);
        vm.prank(second);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.KeyTaken.selector, vm.addr(KEY)));
        registry.register(STAKE, vm.addr(KEY), keyProof, operator, payee, DOCUMENT, URI);
    }

    function test_Register_ProofForAnother_Reverts() public {
        bytes memory forAnother = proof(KEY, operator);
        bytes memory byAnother = sign(NEXT_KEY, registry.keyDigest(provider, vm.addr(KEY)));
        bytes[3] memory proofs = [forAnother, byAnother, bytes("")];
        for (uint256 i; i < proofs.length; ++i) {
            vm.prank(provider);
            vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidKeyProof.selector, vm.addr(KEY)));
            registry.register(STAKE, vm.addr(KEY), proofs[i], operator, payee, DOCUMENT, URI);
        }

        // No signature recovers to zero, and a failed one does not count as zero's.
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidKeyProof.selector, address(0)));
        registry.register(STAKE, address(0), "", operator, payee, DOCUMENT, URI);
    }

    function test_KeyDigest_IsTypedData() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("DePin Provider Registry"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
        bytes32 content =
            keccak256(abi.encode(keccak256("ReceiptKey(address provider,address key)"), provider, vm.addr(KEY)));
        vm.assertEq(
            registry.keyDigest(provider, vm.addr(KEY)), keccak256(abi.encodePacked(hex"1901", domain, content)), "digest"
        );
    }

    function test_Register_UriOutOfRange_Reverts() public {
        bytes memory keyProof = proof(KEY, provider);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidUri.selector, 0, 512));
        registry.register(STAKE, vm.addr(KEY), keyProof, operator, payee, DOCUMENT, "");
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidUri.selector, 513, 512));
        registry.register(STAKE, vm.addr(KEY), keyProof, operator, payee, DOCUMENT, string(new bytes(513)));
        vm.prank(provider);
        registry.register(STAKE, vm.addr(KEY), keyProof, operator, payee, DOCUMENT, string(new bytes(512)));
    }

    function test_Register_NobodyToPay_Reverts() public {
        bytes memory keyProof = proof(KEY, provider);
        vm.prank(provider);
        vm.expectRevert(ProviderRegistry.InvalidAddress.selector);
        registry.register(STAKE, vm.addr(KEY), keyProof, operator, address(0), DOCUMENT, URI);
    }

    function test_Calls_NotRegistered_Revert() public {
        bytes memory expected = abi.encodeWithSelector(ProviderRegistry.NotRegistered.selector, address(this));
        bytes memory keyProof = proof(KEY, address(this));
        bytes[6] memory calls = [
            abi.encodeCall(registry.addStake, (1)),
            abi.encodeCall(registry.requestUnstake, (1)),
            abi.encodeCall(registry.cancelUnstake, ()),
            abi.encodeCall(registry.withdraw, ()),
            abi.encodeCall(registry.scheduleKey, (vm.addr(KEY), keyProof)),
            abi.encodeCall(registry.setOperator, (operator))
        ];
        for (uint256 i; i < calls.length; ++i) {
            (bool done, bytes memory reason) = address(registry).call(calls[i]);
            vm.assertFalse(done, "accepted");
            vm.assertEq(reason, expected, "reason");
        }

        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.NotRegistered.selector, provider));
        registry.setDocument(provider, payee, DOCUMENT, URI);
        vm.assertFalse(registry.isActive(provider), "active");
        vm.assertEq(registry.keyOf(provider), address(0), "keyOf");
        vm.assertEq(registry.accountableFor(vm.addr(KEY)), address(0), "accountable");
    }

    function test_IsActive_StrangerWhereNothingIsNeeded_False() public {
        vm.prank(owner);
        registry.setMinStake(0);
        vm.assertFalse(registry.isActive(provider), "active");
        register(provider, KEY, 1);
        vm.assertTrue(registry.isActive(provider), "registered");
        vm.prank(provider);
        registry.requestUnstake(1);
        vm.assertFalse(registry.isActive(provider), "all on its way out");
    }

    function test_AddStake_Adds() public {
        register(provider, KEY, STAKE);
        vm.expectEmit();
        emit ProviderRegistry.StakeChanged(provider, STAKE + 7, 0, 0);
        vm.prank(provider);
        registry.addStake(7);
        checkStake(provider, STAKE + 7, 0, 0, 0);
        vm.assertEq(token.balanceOf(address(registry)), STAKE + 7, "held");
    }

    function test_AddStake_Nothing_Reverts() public {
        register(provider, KEY, STAKE);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidAmount.selector, 0, type(uint96).max));
        registry.addStake(0);
    }

    function test_RequestUnstake_Part_Thaws() public {
        register(provider, KEY, STAKE);
        vm.expectEmit();
        emit ProviderRegistry.StakeChanged(provider, MIN_STAKE, STAKE - MIN_STAKE, block.timestamp + THAW);
        vm.prank(provider);
        registry.requestUnstake(STAKE - MIN_STAKE);
        checkStake(provider, MIN_STAKE, STAKE - MIN_STAKE, block.timestamp + THAW, 0);
        vm.assertTrue(registry.isActive(provider), "active");
    }

    function test_RequestUnstake_All_IsNoLongerActive() public {
        register(provider, KEY, STAKE);
        vm.prank(provider);
        registry.requestUnstake(STAKE);
        checkStake(provider, 0, STAKE, block.timestamp + THAW, 0);
        vm.assertFalse(registry.isActive(provider), "active");
    }

    function test_RequestUnstake_Again_StartsAgainForAll() public {
        register(provider, KEY, STAKE);
        vm.prank(provider);
        registry.requestUnstake(10);
        vm.warp(block.timestamp + THAW - 1);
        vm.prank(provider);
        registry.requestUnstake(5);
        checkStake(provider, STAKE - 15, 15, block.timestamp + THAW, 0);
    }

    function test_RequestUnstake_LeavesTooLittle_Reverts() public {
        register(provider, KEY, STAKE);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.BelowMinStake.selector, MIN_STAKE - 1, MIN_STAKE));
        registry.requestUnstake(STAKE - MIN_STAKE + 1);
    }

    function test_RequestUnstake_AmountOutOfRange_Reverts() public {
        register(provider, KEY, STAKE);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidAmount.selector, 0, STAKE));
        registry.requestUnstake(0);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidAmount.selector, STAKE + 1, STAKE));
        registry.requestUnstake(STAKE + 1);
    }

    function test_CancelUnstake_IsInForceAgain() public {
        register(provider, KEY, STAKE);
        vm.prank(provider);
        registry.requestUnstake(STAKE);
        vm.expectEmit();
        emit ProviderRegistry.StakeChanged(provider, STAKE, 0, 0);
        vm.prank(provider);
        registry.cancelUnstake();
        checkStake(provider, STAKE, 0, 0, 0);
        vm.warp(block.timestamp + THAW);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.StillThawing.selector, 0));
        registry.withdraw();
    }

    function test_CancelUnstake_NothingThaws_Reverts() public {
        register(provider, KEY, STAKE);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidAmount.selector, 0, 0));
        registry.cancelUnstake();
    }

    function test_Withdraw_AfterTheThaw_Pays() public {
        register(provider, KEY, STAKE);
        vm.prank(provider);
        registry.requestUnstake(2_000e6);
        uint256 end = block.timestamp + THAW;
        vm.warp(end - 1);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.StillThawing.selector, end));
        registry.withdraw();
        vm.warp(end);
        vm.expectEmit();
        emit ProviderRegistry.Withdrawn(provider, 2_000e6);
        vm.expectEmit();
        emit ProviderRegistry.StakeChanged(provider, STAKE - 2_000e6, 0, 0);
        vm.prank(provider);
        registry.withdraw();
        checkStake(provider, STAKE - 2_000e6, 0, 0, 0);
        vm.assertEq(token.balanceOf(provider), 1e24 - STAKE + 2_000e6, "paid");
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.StillThawing.selector, 0));
        registry.withdraw();
    }

    function test_Withdraw_NothingRequested_Reverts() public {
        register(provider, KEY, STAKE);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.StillThawing.selector, 0));
        registry.withdraw();
    }

    function test_Provider_ThatLeft_CanComeBackWithStake() public {
        register(provider, KEY, STAKE);
        vm.prank(provider);
        registry.requestUnstake(STAKE);
        vm.warp(block.timestamp + THAW);
        vm.prank(provider);
        registry.withdraw();
        vm.assertFalse(registry.isActive(provider), "left");
        vm.prank(provider);
        registry.addStake(MIN_STAKE - 1);
        vm.assertFalse(registry.isActive(provider), "too little");
        vm.prank(provider);
        registry.addStake(1);
        vm.assertTrue(registry.isActive(provider), "back");
    }

    function test_SetDocument_ProviderAndOperator_Change() public {
        register(provider, KEY, STAKE);
        address[2] memory accounts = [provider, operator];
        for (uint256 i; i < accounts.length; ++i) {
            bytes32 hash = keccak256(abi.encode(i));
            vm.expectEmit();
            emit ProviderRegistry.DocumentChanged(provider, address(7), hash, "https://elsewhere.example");
            vm.prank(accounts[i]);
            registry.setDocument(provider, address(7), hash, "https://elsewhere.example");
            vm.assertEq(registry.getProvider(provider).documentHash, hash, "hash");
        }
    }

    function test_SetDocument_Stranger_Reverts() public {
        register(provider, KEY, STAKE);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.NotAllowed.selector, address(this)));
        registry.setDocument(provider, payee, DOCUMENT, URI);
    }

    function test_SetOperator_ReplacesTheOldOne() public {
        register(provider, KEY, STAKE);
        vm.expectEmit();
        emit ProviderRegistry.OperatorChanged(provider, address(this));
        vm.prank(provider);
        registry.setOperator(address(this));
        registry.setDocument(provider, payee, DOCUMENT, URI);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.NotAllowed.selector, operator));
        registry.setDocument(provider, payee, DOCUMENT, URI);
    }

    function test_ScheduleKey_TakesOverAfterTheDelayAndBothAnswerMeanwhile() public {
        register(provider, KEY, STAKE);
        uint256 from = block.timestamp + KEY_DELAY;
        uint256 until = from + DISPUTE_WINDOW;
        bytes memory keyProof = proof(NEXT_KEY, provider);
        vm.expectEmit();
        emit ProviderRegistry.KeyScheduled(provider, vm.addr(NEXT_KEY), from, vm.addr(KEY), until);
        vm.prank(provider);
        registry.scheduleKey(vm.addr(NEXT_KEY), keyProof);

        vm.assertEq(registry.accountableFor(vm.addr(NEXT_KEY)), provider, "new key at once");
        vm.warp(from - 1);
        vm.assertEq(registry.keyOf(provider), vm.addr(KEY), "before");
        vm.warp(from);
        vm.assertEq(registry.keyOf(provider), vm.addr(NEXT_KEY), "after");
        vm.warp(until - 1);
        vm.assertEq(registry.accountableFor(vm.addr(KEY)), provider, "old key to the end");
        vm.warp(until);
        vm.assertEq(registry.accountableFor(vm.addr(KEY)), address(0), "old key afterwards");
        vm.assertEq(registry.accountableFor(vm.addr(NEXT_KEY)), provider, "new key afterwards");
    }

    function test_ScheduleKey_Again_OnlyWhenTheLastOneTookOver() public {
        register(provider, KEY, STAKE);
        schedule(provider, NEXT_KEY);
        uint256 from = block.timestamp + KEY_DELAY;
        vm.warp(from - 1);
        bytes memory keyProof = proof(0x333, provider);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.KeyChangePending.selector, from));
        registry.scheduleKey(vm.addr(0x333), keyProof);
        vm.warp(from);
        schedule(provider, 0x333);
        vm.assertEq(registry.keyOf(provider), vm.addr(NEXT_KEY), "second still");
        ProviderRegistry.Provider memory entry = registry.getProvider(provider);
        vm.assertEq(entry.key, vm.addr(NEXT_KEY), "key");
        vm.assertEq(entry.nextKey, vm.addr(0x333), "nextKey");
        vm.assertEq(uint256(entry.nextKeyFrom), from + KEY_DELAY, "nextKeyFrom");
        vm.warp(from + KEY_DELAY + DISPUTE_WINDOW - 1);
        vm.assertEq(registry.accountableFor(vm.addr(NEXT_KEY)), provider, "second answers");
        vm.warp(from + KEY_DELAY + DISPUTE_WINDOW);
        vm.assertEq(registry.accountableFor(vm.addr(NEXT_KEY)), address(0), "second no longer");
        vm.assertEq(registry.accountableFor(vm.addr(0x333)), provider, "third answers");
    }

    function test_ScheduleKey_OneThatWasUsed_Reverts() public {
        register(provider, KEY, STAKE);
        schedule(provider, NEXT_KEY);
        vm.warp(block.timestamp + 365 days);
        bytes memory keyProof = proof(KEY, provider);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.KeyTaken.selector, vm.addr(KEY)));
        registry.scheduleKey(vm.addr(KEY), keyProof);
    }

    function test_ScheduleKey_WithoutProof_Reverts() public {
        register(provider, KEY, STAKE);
        bytes memory keyProof = proof(NEXT_KEY, operator);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidKeyProof.selector, vm.addr(NEXT_KEY)));
        registry.scheduleKey(vm.addr(NEXT_KEY), keyProof);
    }
}
