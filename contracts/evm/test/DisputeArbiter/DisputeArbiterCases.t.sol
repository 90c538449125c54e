// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {DisputeArbiter} from "../../src/DisputeArbiter.sol";
import {ProviderRegistry} from "../../src/ProviderRegistry.sol";
import {ArbiterFixture} from "./ArbiterFixture.sol";
import {HookToken} from "../fixtures/Tokens.sol";
import {vm} from "../fixtures/Vm.sol";

/// What becomes of a case: slashed, vetoed, extended; and its bond.
contract DisputeArbiterCasesTest is ArbiterFixture {
    function test_Finalize_AfterTheVetoWindow_SlashesAndReturnsTheBond() public {
        bytes32 caseId = opened();
        uint256 endsAt = block.timestamp + VETO_WINDOW;
        vm.warp(endsAt - 1);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.VetoWindowNotOver.selector, endsAt));
        arbiter.finalize(caseId);
        vm.warp(endsAt);
        vm.expectEmit();
        emit ProviderRegistry.Slashed(caseId, provider, 500e6, address(0), 0, reporter, 50e6);
        vm.expectEmit();
        emit ProviderRegistry.StakeChanged(provider, 4_500e6, 0, 0);
        vm.expectEmit();
        emit DisputeArbiter.CaseSlashed(caseId, 500e6);
        arbiter.finalize(caseId);
        checkCase(caseId, DisputeArbiter.Status.Slashed, endsAt);
        checkStake(provider, 4_500e6, 0, 0, 0);
        vm.assertEq(arbiter.credits(reporter), BOND, "bond");
        vm.assertEq(registry.credits(treasury), 450e6, "treasury");
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.CaseNotOpen.selector, caseId));
        arbiter.finalize(caseId);
    }

    function test_Finalize_NeverOpened_Reverts() public {
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.CaseNotOpen.selector, bytes32(0)));
        arbiter.finalize(0);
    }

    function test_Collect_PaysTheBond() public {
        bytes32 caseId = opened();
        vm.warp(block.timestamp + VETO_WINDOW);
        arbiter.finalize(caseId);
        vm.expectEmit();
        emit DisputeArbiter.Collected(reporter, BOND);
        arbiter.collect(reporter);
        vm.assertEq(token.balanceOf(reporter), 1e24, "back");
        vm.assertEq(token.balanceOf(address(arbiter)), 0, "held");
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.NothingToCollect.selector, reporter));
        arbiter.collect(reporter);
    }

    function test_Bonds_OfSeveralCases_AddUp() public {
        equivocation(KEY, 1, "");
        equivocation(KEY, 2, "");
        vm.assertEq(token.balanceOf(address(arbiter)), 2 * BOND, "held");
        vm.warp(block.timestamp + VETO_WINDOW);
        arbiter.finalize(arbiter.caseIdOf(provider, bytes16(uint128(1))));
        arbiter.finalize(arbiter.caseIdOf(provider, bytes16(uint128(2))));
        vm.assertEq(arbiter.credits(reporter), 2 * BOND, "credited");
        equivocation(KEY, 3, "");
        equivocation(KEY, 4, "");
        vm.startPrank(owner);
        registry.setTreasury(reporter);
        arbiter.veto(arbiter.caseIdOf(provider, bytes16(uint128(3))), true);
        arbiter.veto(arbiter.caseIdOf(provider, bytes16(uint128(4))), false);
        vm.stopPrank();
        vm.assertEq(arbiter.credits(reporter), 4 * BOND, "more");
    }

    function test_Veto_ReturnsTheBondAndFreesTheStake() public {
        bytes32 caseId = opened();
        vm.warp(block.timestamp + VETO_WINDOW - 1);
        vm.expectEmit();
        emit DisputeArbiter.CaseVetoed(caseId, false);
        vm.expectEmit();
        emit ProviderRegistry.Released(caseId, provider);
        vm.prank(owner);
        arbiter.veto(caseId, false);
        checkCase(caseId, DisputeArbiter.Status.Vetoed, block.timestamp + 1);
        checkStake(provider, STAKE, 0, 0, 0);
        vm.assertEq(arbiter.credits(reporter), BOND, "bond");
        vm.warp(block.timestamp + 1);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.CaseNotOpen.selector, caseId));
        arbiter.finalize(caseId);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseKnown.selector, caseId));
        this.reopen();
    }

    function test_Veto_BondLost_GoesToTheTreasury() public {
        bytes32 caseId = opened();
        vm.prank(owner);
        vm.expectEmit();
        emit DisputeArbiter.CaseVetoed(caseId, true);
        arbiter.veto(caseId, true);
        vm.assertEq(arbiter.credits(treasury), BOND, "treasury");
        vm.assertEq(arbiter.credits(reporter), 0, "reporter");
    }

    function test_Veto_NotGovernance_Reverts() public {
        bytes32 caseId = opened();
        address[3] memory accounts = [treasury, provider, reporter];
        for (uint256 i; i < accounts.length; ++i) {
            vm.prank(accounts[i]);
            vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.NotAllowed.selector, accounts[i]));
            arbiter.veto(caseId, false);
        }
        vm.prank(guardian);
        arbiter.veto(caseId, false);
        vm.assertEq(arbiter.credits(reporter), BOND, "the guardian may");
    }

    function test_Veto_TooLateOrTwice_Reverts() public {
        bytes32 caseId = opened();
        uint256 endsAt = block.timestamp + VETO_WINDOW;
        vm.warp(endsAt);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.VetoWindowOver.selector, endsAt));
        arbiter.veto(caseId, false);
        arbiter.finalize(caseId);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.CaseNotOpen.selector, caseId));
        arbiter.veto(caseId, false);
    }

    function test_Extend_DoublesTheWindowOnce() public {
        bytes32 caseId = opened();
        uint256 endsAt = block.timestamp + 2 * VETO_WINDOW;
        vm.assertEq(arbiter.caseDuration(), 2 * VETO_WINDOW, "duration");
        vm.warp(block.timestamp + VETO_WINDOW - 1);
        vm.expectEmit();
        emit DisputeArbiter.CaseExtended(caseId, endsAt);
        vm.prank(guardian);
        arbiter.extend(caseId);
        checkCase(caseId, DisputeArbiter.Status.Open, endsAt);
        vm.assertTrue(arbiter.getCase(caseId).extended, "extended");
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.AlreadyExtended.selector, caseId));
        arbiter.extend(caseId);
        vm.warp(endsAt - 1);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.VetoWindowNotOver.selector, endsAt));
        arbiter.finalize(caseId);
        vm.warp(endsAt);
        arbiter.finalize(caseId);
    }

    function test_Extend_OthersOrTooLate_Reverts() public {
        bytes32 caseId = opened();
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.NotAllowed.selector, owner));
        arbiter.extend(caseId);
        uint256 endsAt = block.timestamp + VETO_WINDOW;
        vm.warp(endsAt);
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.VetoWindowOver.selector, endsAt));
        arbiter.extend(caseId);
        arbiter.finalize(caseId);
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.CaseNotOpen.selector, caseId));
        arbiter.extend(caseId);
    }

    function test_ArbiterRemoved_CasesEndWithoutASlashAndBondsReturn() public {
        bytes32 first = equivocation(KEY, 1, "");
        bytes32 second = equivocation(KEY, 2, "");
        bytes32 third = equivocation(KEY, 3, "");
        vm.prank(owner);
        registry.setArbiter(address(arbiter), false);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.NotArbiter.selector, address(arbiter)));
        this.reopen();
        registry.release(first);
        registry.release(second);
        vm.prank(owner);
        arbiter.veto(second, false);
        vm.warp(block.timestamp + VETO_WINDOW);
        vm.expectEmit();
        emit DisputeArbiter.CaseSlashed(first, 0);
        arbiter.finalize(first);
        arbiter.finalize(third);
        checkStake(provider, STAKE, 0, 0, 0);
        vm.assertEq(arbiter.credits(reporter), 3 * BOND, "bonds");
    }

    function test_Constructor_Terms_Bounded() public {
        vm.assertEq(address(arbiter.REGISTRY()), address(registry), "registry");
        vm.assertEq(address(arbiter.TOKEN()), address(token), "token");
        vm.assertEq(arbiter.ESCROW(), ESCROW, "escrow");
        vm.assertEq(arbiter.BOND(), BOND, "bond");
        vm.assertEq(arbiter.VETO_WINDOW(), VETO_WINDOW, "window");
        vm.assertEq(arbiter.SLASH_SHARE(), SLASH_SHARE, "share");
        vm.assertEq(arbiter.VICTIM_SHARE() + arbiter.REPORTER_SHARE(), registry.MAX_CUT(), "no more than a slash allows");
        deployArbiter(0, 1 days, 1);
        deployArbiter(0, 30 days, 10_000);
        _refuses(1 days - 1, 1);
        _refuses(30 days + 1, 1);
        _refuses(1 days, 0);
        _refuses(1 days, 10_001);
    }

    function test_Bond_NotPaidWhole_Reverts() public {
        // The bond arrives a unit short.
        bytes memory balance = abi.encodeCall(token.balanceOf, (address(arbiter)));
        vm.mockCall(address(token), balance, abi.encode(BOND - 1));
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.InexactTransfer.selector, address(token)));
        this.reopen();
        vm.clearMockedCalls();
        opened();
    }

    function test_Tokens_ThatCallBack_FindTheDoorsShut() public {
        HookToken hook = new HookToken();
        registry = deployRegistry(address(hook), 1, 1_000, THAW, DISPUTE_WINDOW, KEY_DELAY);
        arbiter = deployArbiter(BOND, VETO_WINDOW, SLASH_SHARE);
        vm.prank(owner);
        registry.setArbiter(address(arbiter), true);
        hook.approve(address(registry), 1e24);
        hook.approve(address(arbiter), 1e24);
        registry.register(1e9, vm.addr(KEY), proof(KEY, address(this)), operator, payee, DOCUMENT, URI);
        Said memory receipt = said();
        bytes memory offer = offerOf(1, 1, ASSET);
        receipt.offerId = sha256(offer);
        bytes memory one = encode(receipt);
        ++receipt.amount;
        bytes memory other = encode(receipt);
        bytes[3] memory doors = [
            abi.encodeCall(arbiter.openEquivocation, (one, signed(KEY, one), other, signed(KEY, other))),
            abi.encodeCall(arbiter.openOvercharge, (one, signed(KEY, one), offer, signed(KEY, offer))),
            abi.encodeCall(arbiter.collect, (address(this)))
        ];
        _checkDoors(hook, doors, doors[0]);
        vm.warp(block.timestamp + VETO_WINDOW);
        arbiter.finalize(arbiter.caseIdOf(address(this), receipt.jobId));
        _checkDoors(hook, doors, doors[2]);
        receipt.jobId = bytes16(uint128(2));
        one = encode(receipt);
        _checkDoors(
            hook, doors, abi.encodeCall(arbiter.openOvercharge, (one, signed(KEY, one), offer, signed(KEY, offer)))
        );
    }

    function reopen() external {
        opened();
    }

    bytes[] private _reasons;

    // What the token calls in the middle of a transfer: tries every door and keeps what it says.
    function knock(bytes[3] calldata doors) external {
        for (uint256 i; i < doors.length; ++i) {
            (, bytes memory reason) = address(arbiter).call(doors[i]);
            _reasons.push(reason);
        }
    }

    function _checkDoors(HookToken hook, bytes[3] memory doors, bytes memory entered) private {
        delete _reasons;
        hook.arm(address(this), abi.encodeCall(this.knock, (doors)));
        (bool done,) = address(arbiter).call(entered);
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

    function deployWith(uint256 vetoWindow, uint256 slashShare) external {
        deployArbiter(0, vetoWindow, slashShare);
    }

    function _refuses(uint256 vetoWindow, uint256 slashShare) private {
        try this.deployWith(vetoWindow, slashShare) {
            revert("accepted");
        } catch (bytes memory reason) {
            vm.assertEq(reason, abi.encodeWithSelector(DisputeArbiter.InvalidTerms.selector), "reason");
        }
    }
}
