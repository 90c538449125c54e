// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ProviderRegistry} from "../../src/ProviderRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";
import {HookToken} from "../fixtures/Tokens.sol";
import {vm} from "../fixtures/Vm.sol";

/// Locks, slashes, credits, and what governance may set. This contract is the arbiter.
contract ProviderRegistryCasesTest is RegistryFixture {
    bytes32 private constant CASE = keccak256("case");
    bytes32 private constant OTHER_CASE = keccak256("other case");

    uint256 public caseDuration = 14 days;

    function setUp() public override {
        super.setUp();
        vm.prank(owner);
        registry.setArbiter(address(this), true);
        register(provider, KEY, STAKE);
    }

    function test_Lock_HoldsWithdrawalsUp() public {
        vm.prank(provider);
        registry.requestUnstake(STAKE);
        vm.warp(block.timestamp + THAW);
        vm.expectEmit();
        emit ProviderRegistry.Locked(CASE, provider, address(this));
        registry.lock(CASE, provider);
        registry.lock(OTHER_CASE, provider);
        checkStake(provider, 0, STAKE, block.timestamp, 2);
        _checkCase(CASE, provider, address(this), ProviderRegistry.CaseStatus.Open);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.StakeLocked.selector, 2));
        registry.withdraw();
        registry.release(CASE);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.StakeLocked.selector, 1));
        registry.withdraw();
        vm.expectEmit();
        emit ProviderRegistry.Released(OTHER_CASE, provider);
        registry.release(OTHER_CASE);
        vm.prank(provider);
        registry.withdraw();
        vm.assertEq(token.balanceOf(provider), 1e24, "everything");
    }

    function test_Lock_NotArbiter_Reverts() public {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.NotArbiter.selector, owner));
        registry.lock(CASE, provider);
    }

    function test_Lock_SameCaseAgain_Reverts() public {
        registry.lock(CASE, provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseKnown.selector, CASE));
        registry.lock(CASE, provider);
        registry.release(CASE);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseKnown.selector, CASE));
        registry.lock(CASE, provider);
        checkStake(provider, STAKE, 0, 0, 0);
    }

    function test_Lock_NoProviderOrNoStake_Reverts() public {
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.NotRegistered.selector, operator));
        registry.lock(CASE, operator);
        vm.prank(provider);
        registry.requestUnstake(STAKE);
        vm.warp(block.timestamp + THAW);
        vm.prank(provider);
        registry.withdraw();
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.NothingAtStake.selector, provider));
        registry.lock(CASE, provider);
    }

    function test_Release_ByAnother_Reverts() public {
        registry.lock(CASE, provider);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseNotOpen.selector, CASE));
        registry.release(CASE);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseNotOpen.selector, OTHER_CASE));
        registry.release(OTHER_CASE);
        registry.release(CASE);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseNotOpen.selector, CASE));
        registry.release(CASE);
        checkStake(provider, STAKE, 0, 0, 0);
    }

    function test_Release_ArbiterRemoved_AnybodyMay() public {
        registry.lock(CASE, provider);
        _remove();
        vm.prank(provider);
        registry.release(CASE);
        checkStake(provider, STAKE, 0, 0, 0);
        _checkCase(CASE, provider, address(this), ProviderRegistry.CaseStatus.Closed);
    }

    function test_Slash_CreditsEverybodysPart() public {
        registry.lock(CASE, provider);
        vm.expectEmit();
        emit ProviderRegistry.Slashed(CASE, provider, 500e6, victim, 200e6, reporter, 50e6);
        vm.expectEmit();
        emit ProviderRegistry.StakeChanged(provider, 4_500e6, 0, 0);
        vm.assertEq(registry.slash(CASE, 1_000, victim, 4_000, reporter, 1_000), 500e6, "slashed");
        checkStake(provider, 4_500e6, 0, 0, 0);
        _checkCredits(200e6, 50e6, 250e6);
        vm.assertEq(token.balanceOf(address(registry)), STAKE, "nothing moved yet");
        _checkCase(CASE, provider, address(this), ProviderRegistry.CaseStatus.Closed);
    }

    function test_Slash_NoVictim_TreasuryGetsThatPart() public {
        registry.lock(CASE, provider);
        registry.slash(CASE, 1_000, address(0), 4_000, reporter, 1_000);
        _checkCredits(0, 50e6, 450e6);
        vm.assertEq(registry.credits(address(0)), 0, "nobody");
    }

    function test_Slash_SameAccountTwice_GetsBothParts() public {
        registry.lock(CASE, provider);
        registry.slash(CASE, 1_000, reporter, 4_000, reporter, 1_000);
        vm.assertEq(registry.credits(reporter), 250e6, "both");
        registry.lock(OTHER_CASE, provider);
        registry.slash(OTHER_CASE, 1_000, treasury, 4_000, treasury, 1_000);
        vm.assertEq(registry.credits(treasury), 250e6 + 450e6, "all");
    }

    function test_Slash_ReachesTheThaw_StakeInForceFirst() public {
        vm.prank(provider);
        registry.requestUnstake(4_000e6);
        uint256 end = block.timestamp + THAW;
        vm.warp(end + 365 days);
        registry.lock(CASE, provider);
        registry.slash(CASE, 2_000, victim, 0, reporter, 0);
        checkStake(provider, 0, 4_000e6, end, 0);
        vm.assertFalse(registry.isActive(provider), "active");
        registry.lock(OTHER_CASE, provider);
        registry.slash(OTHER_CASE, 2_000, victim, 0, reporter, 0);
        checkStake(provider, 0, 3_200e6, end, 0);
        _checkCredits(0, 0, 1_800e6);
        vm.prank(provider);
        registry.withdraw();
        vm.assertEq(token.balanceOf(provider), 1e24 - 1_800e6, "what is left");
    }

    function test_Slash_PartOfBoth_TakesTheRestFromTheThaw() public {
        vm.prank(owner);
        registry.setMaxCaseShare(5_000);
        vm.prank(provider);
        registry.requestUnstake(4_000e6);
        registry.lock(CASE, provider);
        registry.slash(CASE, 5_000, victim, 0, reporter, 0);
        checkStake(provider, 0, 2_500e6, block.timestamp + THAW, 0);
    }

    function test_Slash_MoreThanTheBound_TakesTheBound() public {
        registry.lock(CASE, provider);
        vm.assertEq(registry.slash(CASE, 10_000, victim, 0, reporter, 0), 1_000e6, "bound");
        checkStake(provider, STAKE - 1_000e6, 0, 0, 0);
    }

    function test_Slash_Dust_RoundsAgainstTheProvider() public {
        vm.prank(provider);
        registry.addStake(1);
        registry.lock(CASE, provider);
        vm.assertEq(registry.slash(CASE, 1_000, victim, 4_000, reporter, 1_000), 500_000_001, "rounded up");
        _checkCredits(200e6, 50e6, 250e6 + 1);
    }

    function test_Slash_Cut_Bounded() public {
        registry.lock(CASE, provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CutTooLarge.selector, 5_001, 5_000));
        registry.slash(CASE, 1_000, victim, 4_001, reporter, 1_000);
        registry.slash(CASE, 1_000, victim, 0, reporter, 5_000);
        _checkCredits(0, 250e6, 250e6);
    }

    function testFuzz_Slash_PartsAddUpAndTheBoundHolds(
        uint96 stake,
        uint96 thawing,
        uint16 share,
        uint16 victimShare,
        uint16 reporterShare
    ) public {
        (uint256 staked, uint256 leaving) = (stake % 1e20 + 1, thawing % 1e20);
        (victimShare, reporterShare) = (victimShare % 4_001, reporterShare % 1_001);
        vm.prank(owner);
        registry.setMinStake(0);
        address account = address(0x5A11);
        fund(account);
        register(account, 0x777, uint96(staked + leaving));
        if (leaving != 0) {
            vm.prank(account);
            registry.requestUnstake(uint96(leaving));
        }
        registry.lock(CASE, account);
        uint256 amount = registry.slash(CASE, share, victim, victimShare, reporter, reporterShare);
        uint256 bound = share < MAX_CASE_SHARE ? share : MAX_CASE_SHARE;
        uint256 exact = (staked + leaving) * bound;
        vm.assertTrue(amount * 10_000 >= exact && amount * 10_000 < exact + 10_000, "rounded up");
        ProviderRegistry.Provider memory entry = registry.getProvider(account);
        vm.assertEq(uint256(entry.stake) + entry.thawing + amount, staked + leaving, "nothing lost");
        vm.assertTrue(entry.stake == 0 || entry.thawing == leaving, "stake in force first");
        uint256 parts = registry.credits(victim) + registry.credits(reporter);
        vm.assertTrue(parts * 2 <= amount, "at most half");
        vm.assertEq(parts + registry.credits(treasury), amount, "all of it");
    }

    function test_Slash_Twice_Reverts() public {
        registry.lock(CASE, provider);
        registry.slash(CASE, 1_000, victim, 0, reporter, 0);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseNotOpen.selector, CASE));
        registry.slash(CASE, 1_000, victim, 0, reporter, 0);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseNotOpen.selector, OTHER_CASE));
        registry.slash(OTHER_CASE, 1_000, victim, 0, reporter, 0);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseKnown.selector, CASE));
        registry.lock(CASE, provider);
    }

    function test_Slash_ByAnotherArbiter_Reverts() public {
        registry.lock(CASE, provider);
        vm.mockCall(guardian, abi.encodeCall(this.caseDuration, ()), abi.encode(1 days));
        vm.prank(owner);
        registry.setArbiter(guardian, true);
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseNotOpen.selector, CASE));
        registry.slash(CASE, 1_000, victim, 0, reporter, 0);
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseNotOpen.selector, CASE));
        registry.release(CASE);
    }

    function test_Slash_ArbiterRemoved_EndsTheCaseOnly() public {
        registry.lock(CASE, provider);
        _remove();
        vm.expectEmit();
        emit ProviderRegistry.Released(CASE, provider);
        vm.assertEq(registry.slash(CASE, 1_000, victim, 4_000, reporter, 1_000), 0, "slashed");
        checkStake(provider, STAKE, 0, 0, 0);
        _checkCredits(0, 0, 0);
    }

    function test_Slash_NothingLeft_TakesNothing() public {
        vm.prank(owner);
        registry.setMinStake(1);
        address small = address(0x5A11);
        fund(small);
        register(small, 0x777, 1);
        registry.lock(CASE, small);
        registry.lock(OTHER_CASE, small);
        vm.assertEq(registry.slash(CASE, 1, victim, 0, reporter, 0), 1, "the last unit");
        vm.assertEq(registry.slash(OTHER_CASE, 1, victim, 0, reporter, 0), 0, "nothing");
        checkStake(small, 0, 0, 0, 0);
    }

    function test_Slash_StakeAddedAfterTheLock_IsInIt() public {
        registry.lock(CASE, provider);
        vm.prank(provider);
        registry.addStake(STAKE);
        vm.assertEq(registry.slash(CASE, 1_000, victim, 0, reporter, 0), 1_000e6, "of all");
    }

    // A provider that sees a case coming can neither take its stake out nor give its key up.
    function test_Slash_UnstakeAndKeyChangeBefore_ChangeNothing() public {
        schedule(provider, NEXT_KEY);
        vm.prank(provider);
        registry.requestUnstake(STAKE);
        vm.warp(block.timestamp + KEY_DELAY + DISPUTE_WINDOW - 1);
        vm.assertEq(registry.accountableFor(vm.addr(KEY)), provider, "old key");
        registry.lock(CASE, provider);
        vm.warp(block.timestamp + THAW);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.StakeLocked.selector, 1));
        registry.withdraw();
        vm.assertEq(registry.slash(CASE, 1_000, victim, 0, reporter, 0), 500e6, "all of it counts");
    }

    function test_Collect_Pays() public {
        registry.lock(CASE, provider);
        registry.slash(CASE, 1_000, victim, 4_000, reporter, 1_000);
        vm.expectEmit();
        emit ProviderRegistry.Collected(victim, 200e6);
        registry.collect(victim);
        vm.assertEq(token.balanceOf(victim), 200e6, "victim");
        _checkCredits(0, 50e6, 250e6);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.NothingToCollect.selector, victim));
        registry.collect(victim);
        registry.collect(reporter);
        registry.collect(treasury);
        vm.assertEq(token.balanceOf(address(registry)), 4_500e6, "the stake stays");
    }

    function test_SetPaused_HoldsUpRegistrationsOnly() public {
        vm.expectEmit();
        emit ProviderRegistry.RegistrationsPaused(true);
        vm.prank(guardian);
        registry.setPaused(true);
        vm.assertTrue(registry.paused(), "paused");
        address second = address(0x2222);
        fund(second);
        bytes memory keyProof = proof(NEXT_KEY, second);
        vm.prank(second);
        vm.expectRevert(ProviderRegistry.RegistrationPaused.selector);
        registry.register(STAKE, vm.addr(NEXT_KEY), keyProof, operator, payee, DOCUMENT, URI);

        vm.prank(provider);
        registry.addStake(1);
        vm.prank(provider);
        registry.requestUnstake(STAKE + 1);
        vm.warp(block.timestamp + THAW);
        vm.prank(provider);
        registry.withdraw();

        vm.expectEmit();
        emit ProviderRegistry.RegistrationsPaused(false);
        vm.prank(owner);
        registry.setPaused(false);
        register(second, NEXT_KEY, STAKE);
    }

    function test_SetPaused_Stranger_Reverts() public {
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.NotAllowed.selector, address(this)));
        registry.setPaused(true);
    }

    function test_Setters_OwnerOnly() public {
        bytes memory expected = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, guardian);
        bytes[5] memory calls = [
            abi.encodeCall(registry.setMinStake, (1)),
            abi.encodeCall(registry.setMaxCaseShare, (1)),
            abi.encodeCall(registry.setArbiter, (address(this), false)),
            abi.encodeCall(registry.setTreasury, (address(1))),
            abi.encodeCall(registry.setGuardian, (address(1)))
        ];
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(guardian);
            (bool done, bytes memory reason) = address(registry).call(calls[i]);
            vm.assertFalse(done, "accepted");
            vm.assertEq(reason, expected, "reason");
        }
    }

    function test_Setters_SetAndTell() public {
        vm.startPrank(owner);
        vm.expectEmit();
        emit ProviderRegistry.MinStakeChanged(5);
        registry.setMinStake(5);
        vm.expectEmit();
        emit ProviderRegistry.MaxCaseShareChanged(5_000);
        registry.setMaxCaseShare(5_000);
        vm.expectEmit();
        emit ProviderRegistry.ArbiterChanged(address(this), false);
        registry.setArbiter(address(this), false);
        vm.expectEmit();
        emit ProviderRegistry.TreasuryChanged(address(8));
        registry.setTreasury(address(8));
        vm.expectEmit();
        emit ProviderRegistry.GuardianChanged(address(9));
        registry.setGuardian(address(9));
        vm.stopPrank();
        vm.assertEq(registry.minStake(), 5, "minStake");
        vm.assertEq(registry.maxCaseShare(), 5_000, "maxCaseShare");
        vm.assertFalse(registry.isArbiter(address(this)), "arbiter");
        vm.assertEq(registry.treasury(), address(8), "treasury");
        vm.assertEq(registry.guardian(), address(9), "guardian");
    }

    function test_Setters_OutOfRange_Revert() public {
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidShare.selector, 0, 5_000));
        registry.setMaxCaseShare(0);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidShare.selector, 5_001, 5_000));
        registry.setMaxCaseShare(5_001);
        vm.expectRevert(ProviderRegistry.InvalidAddress.selector);
        registry.setTreasury(address(0));
        vm.stopPrank();
    }

    function test_SetArbiter_CasesOutlastTheThaw_Reverts() public {
        vm.startPrank(owner);
        registry.setArbiter(address(this), false);
        caseDuration = THAW - DISPUTE_WINDOW + 1;
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InvalidPeriods.selector, THAW, THAW + 1));
        registry.setArbiter(address(this), true);
        caseDuration = THAW - DISPUTE_WINDOW;
        registry.setArbiter(address(this), true);
        vm.assertTrue(registry.isArbiter(address(this)), "allowed");
        vm.stopPrank();
    }

    function test_SetArbiter_Removal_NeedsNothingOfTheArbiter() public {
        caseDuration = type(uint256).max;
        _remove();
        vm.assertFalse(registry.isArbiter(address(this)), "removed");
    }

    function test_Constructor_SetsAndTells() public {
        vm.recordLogs();
        ProviderRegistry created = deployRegistry(address(token), 1, 2, 180 days, 3 days, 3 days);
        vm.assertEq(vm.getRecordedLogs().length, 5, "ownership and four settings");
        vm.assertEq(address(created.TOKEN()), address(token), "token");
        vm.assertEq(created.owner(), owner, "owner");
        vm.assertEq(created.guardian(), guardian, "guardian");
        vm.assertEq(created.treasury(), treasury, "treasury");
        vm.assertEq(created.minStake(), 1, "minStake");
        vm.assertEq(created.maxCaseShare(), 2, "maxCaseShare");
        vm.assertEq(created.THAW_PERIOD(), 180 days, "thaw");
        vm.assertEq(created.DISPUTE_WINDOW(), 3 days, "disputeWindow");
        vm.assertEq(created.KEY_DELAY(), 3 days, "keyDelay");
        vm.assertEq(created.MAX_CUT(), 5_000, "cut");
        vm.assertEq(created.MAX_CASE_SHARE(), 5_000, "share");
        vm.assertFalse(created.paused(), "paused");
        deployRegistry(address(token), 1, 2, 3 days, 3 days, 0);
    }

    function test_Constructor_Periods_Bounded() public {
        _refuses(180 days + 1, 3 days, 0, 180 days + 1, 3 days);
        _refuses(3 days - 1, 3 days, 0, 3 days - 1, 3 days);
        _refuses(9 days, 3 days, 3 days + 1, 3 days, 3 days + 1);
    }

    function test_Tokens_ThatKeepAPart_AreRefused() public {
        address fee = deployArtifact("testing/FeeToken", "");
        registry = deployRegistry(fee, 1, 1, THAW, DISPUTE_WINDOW, KEY_DELAY);
        (bool minted,) = fee.call(abi.encodeWithSignature("mint(address,uint256)", provider, 1e18));
        vm.assertTrue(minted, "mint");
        bytes memory keyProof = proof(KEY, provider);
        vm.startPrank(provider);
        (bool approved,) = fee.call(abi.encodeWithSignature("approve(address,uint256)", registry, 1e18));
        vm.assertTrue(approved, "approve");
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.InexactTransfer.selector, fee));
        registry.register(1_000, vm.addr(KEY), keyProof, operator, payee, DOCUMENT, URI);
        vm.stopPrank();
    }

    function test_Tokens_ThatCallBack_FindTheDoorsShut() public {
        HookToken hook = new HookToken();
        registry = deployRegistry(address(hook), 1, 1_000, THAW, DISPUTE_WINDOW, KEY_DELAY);
        vm.prank(owner);
        registry.setArbiter(address(this), true);
        hook.approve(address(registry), 1e24);
        bytes memory keyProof = proof(KEY, address(this));
        bytes memory again = abi.encodeCall(
            registry.register, (1, vm.addr(KEY), keyProof, operator, payee, DOCUMENT, URI)
        );
        bytes[4] memory doors = [
            again,
            abi.encodeCall(registry.addStake, (1)),
            abi.encodeCall(registry.withdraw, ()),
            abi.encodeCall(registry.collect, (treasury))
        ];
        _checkDoors(hook, doors, again);
        _checkDoors(hook, doors, abi.encodeCall(registry.addStake, (1e6)));
        registry.lock(CASE, address(this));
        registry.slash(CASE, 1_000, victim, 0, reporter, 0);
        registry.requestUnstake(5);
        vm.warp(block.timestamp + THAW);
        _checkDoors(hook, doors, abi.encodeCall(registry.withdraw, ()));
        _checkDoors(hook, doors, abi.encodeCall(registry.collect, (treasury)));
    }

    bytes[] private _reasons;

    // What the token calls in the middle of a transfer: tries every door and keeps what it says.
    function knock(bytes[4] calldata doors) external {
        for (uint256 i; i < doors.length; ++i) {
            (, bytes memory reason) = address(registry).call(doors[i]);
            _reasons.push(reason);
        }
    }

    function _checkDoors(HookToken hook, bytes[4] memory doors, bytes memory entered) private {
        delete _reasons;
        hook.arm(address(this), abi.encodeCall(this.knock, (doors)));
        (bool done,) = address(registry).call(entered);
        vm.assertTrue(done, "entered");
        hook.arm(address(0), "");
        vm.assertEq(_reasons.length, doors.length, "knocked");
        for (uint256 i; i < _reasons.length; ++i) {
            vm.assertEq(
                _reasons[i],
                abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
                "shut"
            );
        }
    }

    function deployWith(uint256 thaw, uint256 disputeWindow, uint256 keyDelay) external {
        deployRegistry(address(token), 1, 1, thaw, disputeWindow, keyDelay);
    }

    function _refuses(uint256 thaw, uint256 disputeWindow, uint256 keyDelay, uint256 period, uint256 needed) private {
        try this.deployWith(thaw, disputeWindow, keyDelay) {
            revert("accepted");
        } catch (bytes memory reason) {
            vm.assertEq(
                reason, abi.encodeWithSelector(ProviderRegistry.InvalidPeriods.selector, period, needed), "reason"
            );
        }
    }

    function _remove() private {
        vm.prank(owner);
        registry.setArbiter(address(this), false);
    }

    function _checkCredits(uint256 victim_, uint256 reporter_, uint256 treasury_) private view {
        vm.assertEq(registry.credits(victim), victim_, "victim");
        vm.assertEq(registry.credits(reporter), reporter_, "reporter");
        vm.assertEq(registry.credits(treasury), treasury_, "treasury");
    }

    function _checkCase(bytes32 id, address against, address by, ProviderRegistry.CaseStatus status) private view {
        (address provider_, address arbiter, ProviderRegistry.CaseStatus status_) = registry.getCase(id);
        vm.assertEq(provider_, against, "provider");
        vm.assertEq(arbiter, by, "arbiter");
        vm.assertEq(uint256(status_), uint256(status), "status");
    }
}
