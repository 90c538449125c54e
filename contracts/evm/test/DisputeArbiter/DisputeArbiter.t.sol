// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ChannelEscrow} from "../../src/ChannelEscrow.sol";
import {DisputeArbiter} from "../../src/DisputeArbiter.sol";
import {ProviderRegistry} from "../../src/ProviderRegistry.sol";
import {ArbiterFixture} from "./ArbiterFixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// Proofs that open a case and those that do not.
contract DisputeArbiterTest is ArbiterFixture {
    address private constant PAYER = address(0xFA7E4);

    function test_OpenEquivocation_LocksTheStakeAndTakesTheBond() public {
        bytes32 caseId = keccak256(abi.encode("depin.case.job.v1", provider, bytes16(uint128(1))));
        vm.assertEq(arbiter.caseIdOf(provider, bytes16(uint128(1))), caseId, "id");
        uint256 endsAt = block.timestamp + VETO_WINDOW;
        vm.expectEmit();
        emit DisputeArbiter.CaseOpened(
            caseId, provider, reporter, DisputeArbiter.Proof.Equivocation, bytes16(uint128(1)), bytes32(uint256(7)), endsAt
        );
        vm.expectEmit();
        emit ProviderRegistry.Locked(caseId, provider, address(arbiter));
        vm.assertEq(equivocation(KEY, 1, abi.encode(7)), caseId, "opened");
        checkCase(caseId, DisputeArbiter.Status.Open, endsAt);
        DisputeArbiter.Case memory entry = arbiter.getCase(caseId);
        vm.assertEq(entry.reporter, reporter, "reporter");
        vm.assertEq(uint256(entry.proof), uint256(DisputeArbiter.Proof.Equivocation), "proof");
        vm.assertEq(entry.victim, address(0), "victim");
        vm.assertEq(entry.channelId, bytes32(uint256(7)), "channel");
        vm.assertFalse(entry.extended, "extended");
        checkStake(provider, STAKE, 0, 0, 1);
        vm.assertEq(token.balanceOf(address(arbiter)), BOND, "bond");
    }

    function test_OpenEquivocation_OfTheSdk_Opens() public {
        _adoptVectors();
        bytes32 caseId = _equivocate("honest", "second");
        vm.assertEq(arbiter.getCase(caseId).channelId, bytes32(vector(".receipts.honest.channelId")), "channel");
    }

    function test_OpenEquivocation_OtherRun_Reverts() public {
        _adoptVectors();
        vm.expectRevert(DisputeArbiter.DifferentRuns.selector);
        _equivocate("honest", "otherRun");
    }

    function test_OpenEquivocation_OtherJob_Reverts() public {
        Said memory first = said();
        bytes memory one = encode(first);
        first.jobId = bytes16(uint128(99));
        bytes memory other = encode(first);
        vm.expectRevert(DisputeArbiter.DifferentRuns.selector);
        arbiter.openEquivocation(one, signed(KEY, one), other, signed(KEY, other));
    }

    function test_OpenEquivocation_SameReceiptTwice_Reverts() public {
        _adoptVectors();
        vm.expectRevert(DisputeArbiter.SameReceipt.selector);
        _equivocate("honest", "honest");
    }

    function test_OpenEquivocation_SecondReceiptsChannel_CountsWhenTheFirstHasNone() public {
        Said memory first = said();
        bytes memory one = encode(first);
        first.channel = abi.encode(8);
        bytes memory other = encode(first);
        vm.prank(reporter);
        bytes32 caseId = arbiter.openEquivocation(one, signed(KEY, one), other, signed(KEY, other));
        vm.assertEq(arbiter.getCase(caseId).channelId, bytes32(uint256(8)), "channel");
    }

    function test_OpenEquivocation_TwoChannels_TheFirstCounts() public {
        Said memory first = said();
        first.channel = abi.encode(7);
        bytes memory one = encode(first);
        first.channel = abi.encode(8);
        bytes memory other = encode(first);
        vm.prank(reporter);
        bytes32 caseId = arbiter.openEquivocation(one, signed(KEY, one), other, signed(KEY, other));
        vm.assertEq(arbiter.getCase(caseId).channelId, bytes32(uint256(7)), "channel");
    }

    function test_OpenEquivocation_TwoKeysOfOneProvider_Opens() public {
        schedule(provider, NEXT_KEY);
        Said memory first = said();
        bytes memory one = encode(first);
        ++first.completedAt;
        bytes memory other = encode(first);
        vm.prank(reporter);
        arbiter.openEquivocation(one, signed(KEY, one), other, signed(NEXT_KEY, other));
    }

    function test_OpenEquivocation_TwoProviders_Reverts() public {
        address second = address(0x2222);
        fund(second);
        register(second, NEXT_KEY, STAKE);
        Said memory first = said();
        bytes memory one = encode(first);
        ++first.completedAt;
        bytes memory other = encode(first);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.DifferentProviders.selector, provider, second));
        arbiter.openEquivocation(one, signed(KEY, one), other, signed(NEXT_KEY, other));
    }

    function test_Open_SignedByNobodyKnown_Reverts() public {
        Said memory first = said();
        bytes memory one = encode(first);
        ++first.completedAt;
        bytes memory other = encode(first);
        bytes memory expected = abi.encodeWithSelector(DisputeArbiter.NotAccountable.selector, vm.addr(0x999));
        vm.expectRevert(expected);
        arbiter.openEquivocation(one, signed(KEY, one), other, signed(0x999, other));
        vm.expectRevert(expected);
        arbiter.openEquivocation(one, signed(0x999, one), other, signed(KEY, other));
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 0));
        arbiter.openEquivocation(one, "", other, signed(KEY, other));
    }

    function test_Open_HighS_Reverts() public {
        Said memory first = said();
        bytes memory one = encode(first);
        ++first.completedAt;
        bytes memory other = encode(first);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, keccak256(one));
        bytes32 high = bytes32(ORDER - uint256(s));
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, high));
        arbiter.openEquivocation(one, abi.encodePacked(r, high, v == 27 ? 28 : 27), other, signed(KEY, other));
    }

    function test_Open_ReplacedKey_UntilTheDisputeWindowEnds() public {
        schedule(provider, NEXT_KEY);
        vm.warp(block.timestamp + KEY_DELAY + DISPUTE_WINDOW - 1);
        equivocation(KEY, 1, "");
        vm.warp(block.timestamp + 1);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.NotAccountable.selector, vm.addr(KEY)));
        this.equivocate(KEY, 2);
    }

    function test_Open_SameJobAgain_Reverts() public {
        bytes32 caseId = opened();
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseKnown.selector, caseId));
        this.equivocate(KEY, 1);
        // Another run of the job, and the other kind of proof, make no other case.
        Said memory receipt = said();
        receipt.runNonce = bytes16(uint128(77));
        (bytes memory bytes_, bytes memory offer) = _overcharge(receipt, 1, 1);
        vm.prank(reporter);
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.CaseKnown.selector, caseId));
        arbiter.openOvercharge(bytes_, signed(KEY, bytes_), offer, signed(KEY, offer));
        checkCase(caseId, DisputeArbiter.Status.Open, block.timestamp + VETO_WINDOW);
    }

    function test_Open_NoStakeLeft_Reverts() public {
        vm.prank(provider);
        registry.requestUnstake(STAKE);
        vm.warp(block.timestamp + THAW);
        vm.prank(provider);
        registry.withdraw();
        vm.expectRevert(abi.encodeWithSelector(ProviderRegistry.NothingAtStake.selector, provider));
        this.equivocate(KEY, 1);
    }

    function test_OpenOvercharge_OfTheSdk_Opens() public {
        _adoptVectors();
        bytes32 caseId = arbiter.caseIdOf(provider, bytes16(vector(".receipts.overcharged.jobId")));
        vm.expectEmit();
        emit DisputeArbiter.CaseOpened(
            caseId,
            provider,
            reporter,
            DisputeArbiter.Proof.Overcharge,
            bytes16(vector(".receipts.overcharged.jobId")),
            bytes32(vector(".receipts.overcharged.channelId")),
            block.timestamp + VETO_WINDOW
        );
        vm.assertEq(_overchargeOfTheSdk("overcharged", "usual"), caseId, "id");
        vm.assertEq(uint256(arbiter.getCase(caseId).proof), uint256(DisputeArbiter.Proof.Overcharge), "proof");
    }

    function test_OpenOvercharge_OtherAsset_Opens() public {
        _adoptVectors();
        _overchargeOfTheSdk("otherAsset", "usual");
    }

    function test_OpenOvercharge_NegativeUsage_Opens() public {
        _adoptVectors();
        _overchargeOfTheSdk("negative", "usual");
    }

    function test_OpenOvercharge_HonestReceipts_Revert() public {
        _adoptVectors();
        string[3] memory honest = ["honest", "whole", "least"];
        for (uint256 i; i < honest.length; ++i) {
            uint256 amount = vectorNumber(string.concat(".receipts.", honest[i], ".amount"));
            vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.NotOvercharged.selector, amount, amount));
            _overchargeOfTheSdk(honest[i], "usual");
        }
        string[2] memory others = ["free", "huge"];
        for (uint256 i; i < others.length; ++i) {
            uint256 amount = vectorNumber(string.concat(".receipts.", others[i], ".amount"));
            vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.NotOvercharged.selector, amount, amount));
            _overchargeOfTheSdk(others[i], "smallest");
        }
    }

    function test_OpenOvercharge_AnotherOffer_Reverts() public {
        _adoptVectors();
        vm.expectRevert(
            abi.encodeWithSelector(DisputeArbiter.DifferentOffer.selector, bytes32(vector(".offers.usual.id")))
        );
        _overchargeOfTheSdk("overcharged", "smallest");
    }

    function test_OpenOvercharge_OfferOfAnotherProvider_Reverts() public {
        address second = address(0x2222);
        fund(second);
        register(second, NEXT_KEY, STAKE);
        (bytes memory receipt, bytes memory offer) = _overcharge(said(), 1, 1);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.DifferentProviders.selector, provider, second));
        arbiter.openOvercharge(receipt, signed(KEY, receipt), offer, signed(NEXT_KEY, offer));
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.DifferentProviders.selector, second, provider));
        arbiter.openOvercharge(receipt, signed(NEXT_KEY, receipt), offer, signed(KEY, offer));
    }

    function testFuzz_AllowedAmount_IsThePriceRoundedUpOnce(uint64 input, uint64 output, uint128 inPrice, uint128 outPrice)
        public
        view
    {
        Said memory receipt = said();
        (receipt.inputTokens, receipt.outputTokens) = (input >> 1, output >> 1);
        uint256 millionths = uint256(input >> 1) * inPrice + uint256(output >> 1) * outPrice;
        uint256 cost = millionths / 1_000_000 + (millionths % 1_000_000 == 0 ? 0 : 1);
        vm.assertEq(arbiter.allowedAmount(encode(receipt), offerOf(inPrice, outPrice, ASSET)), cost, "allowed");
    }

    function testFuzz_OpenOvercharge_OneUnitMore_Opens(uint32 input, uint32 output, uint32 inPrice, uint32 outPrice) public {
        Said memory receipt = said();
        (receipt.inputTokens, receipt.outputTokens) = (input, output);
        (, bytes memory offer) = _overcharge(receipt, inPrice, outPrice);
        uint256 allowed = arbiter.allowedAmount(encode(receipt), offer);
        receipt.amount = uint128(allowed);
        (bytes memory honest,) = _overcharge(receipt, inPrice, outPrice);
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.NotOvercharged.selector, allowed, allowed));
        arbiter.openOvercharge(honest, signed(KEY, honest), offer, signed(KEY, offer));
        ++receipt.amount;
        (bytes memory more,) = _overcharge(receipt, inPrice, outPrice);
        vm.prank(reporter);
        arbiter.openOvercharge(more, signed(KEY, more), offer, signed(KEY, offer));
    }

    function test_NameVictim_PayerOfTheChannel() public {
        ChannelEscrow escrow = ChannelEscrow(deployArtifact("ChannelEscrow", abi.encode(1 hours)));
        DisputeArbiter.Channel memory channel =
            DisputeArbiter.Channel(PAYER, payee, address(token), bytes32(uint256(5)), address(0));
        bytes32 id = keccak256(abi.encode(channel, ESCROW, block.chainid));
        bytes32 elsewhere =
            escrow.computeChannelId(channel.payer, channel.payee, channel.token, channel.salt, channel.authorizedSigner);
        vm.assertEq(keccak256(abi.encode(channel, escrow, block.chainid)), elsewhere, "as the escrow computes it");
        bytes32 caseId = equivocation(KEY, 1, abi.encodePacked(id));
        channel.payer = reporter;
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.DifferentChannel.selector, id));
        arbiter.nameVictim(caseId, channel);
        channel.payer = PAYER;
        vm.expectEmit();
        emit DisputeArbiter.VictimNamed(caseId, PAYER);
        arbiter.nameVictim(caseId, channel);
        vm.assertEq(arbiter.getCase(caseId).victim, PAYER, "victim");
        vm.warp(block.timestamp + VETO_WINDOW);
        arbiter.finalize(caseId);
        vm.assertEq(registry.credits(PAYER), 200e6, "the victim's part");
        vm.assertEq(registry.credits(reporter), 50e6, "the reporter's part");
        vm.assertEq(registry.credits(treasury), 250e6, "the rest");
        vm.expectRevert(abi.encodeWithSelector(DisputeArbiter.CaseNotOpen.selector, caseId));
        arbiter.nameVictim(caseId, channel);
    }

    function equivocate(uint256 key, uint128 job) external {
        equivocation(key, job, "");
    }

    /// The vectors' key becomes a key of the provider.
    function _adoptVectors() private {
        uint256 key = uint256(keccak256("a provider's key"));
        vm.assertEq(vm.addr(key), vectorSigner(), "the vectors' key");
        schedule(provider, key);
    }

    function _equivocate(string memory one, string memory other) private returns (bytes32) {
        bytes[4] memory parts = [
            vector(string.concat(".receipts.", one, ".bytes")),
            vector(string.concat(".receipts.", one, ".signature")),
            vector(string.concat(".receipts.", other, ".bytes")),
            vector(string.concat(".receipts.", other, ".signature"))
        ];
        vm.prank(reporter);
        return arbiter.openEquivocation(parts[0], parts[1], parts[2], parts[3]);
    }

    function _overchargeOfTheSdk(string memory receipt, string memory offer) private returns (bytes32) {
        bytes[4] memory parts = [
            vector(string.concat(".receipts.", receipt, ".bytes")),
            vector(string.concat(".receipts.", receipt, ".signature")),
            vector(string.concat(".offers.", offer, ".bytes")),
            vector(string.concat(".offers.", offer, ".signature"))
        ];
        vm.prank(reporter);
        return arbiter.openOvercharge(parts[0], parts[1], parts[2], parts[3]);
    }

    function _overcharge(Said memory receipt, uint128 inPrice, uint128 outPrice)
        private
        pure
        returns (bytes memory bytes_, bytes memory offer)
    {
        offer = offerOf(inPrice, outPrice, ASSET);
        receipt.offerId = sha256(offer);
        bytes_ = encode(receipt);
    }
}
