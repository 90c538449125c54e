// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedStatements} from "../../src/SignedStatements.sol";
import {ArbiterFixture} from "./ArbiterFixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// What the arbiter reads out of the bytes that the SDK signs, and what it refuses.
contract DisputeArbiterStatementsTest is ArbiterFixture {
    function test_ReadReceipt_OfTheSdk_SaysWhatTheSdkSaid() public view {
        string[10] memory names = [
            "honest",
            "second",
            "otherRun",
            "overcharged",
            "otherAsset",
            "negative",
            "free",
            "whole",
            "least",
            "huge"
        ];
        for (uint256 i; i < names.length; ++i) {
            string memory path = string.concat(".receipts.", names[i]);
            SignedStatements.Receipt memory got = arbiter.readReceipt(vector(string.concat(path, ".bytes")));
            vm.assertEq(abi.encodePacked(got.jobId), vector(string.concat(path, ".jobId")), "jobId");
            vm.assertEq(abi.encodePacked(got.runNonce), vector(string.concat(path, ".runNonce")), "runNonce");
            vm.assertEq(abi.encodePacked(got.offerId), vector(string.concat(path, ".offerId")), "offerId");
            vm.assertEq(got.inputTokens, vectorNumber(string.concat(path, ".inputTokens")), "inputTokens");
            vm.assertEq(got.outputTokens, vectorNumber(string.concat(path, ".outputTokens")), "outputTokens");
            vm.assertEq(got.amount, vectorNumber(string.concat(path, ".amount")), "amount");
            vm.assertEq(got.assetHash, keccak256(bytes(vectorText(string.concat(path, ".asset")))), "asset");
            vm.assertEq(abi.encodePacked(got.channelId), vector(string.concat(path, ".channelId")), "channelId");
        }
    }

    function test_AllowedAmount_OfTheSdk_IsWhatTheSdkComputes() public view {
        string[8] memory usual =
            ["honest", "second", "otherRun", "overcharged", "otherAsset", "negative", "whole", "least"];
        for (uint256 i; i < usual.length; ++i) _checkAllowed(usual[i], "usual");
        _checkAllowed("free", "smallest");
        _checkAllowed("huge", "smallest");
    }

    function _checkAllowed(string memory receipt, string memory offer) private view {
        string memory path = string.concat(".receipts.", receipt);
        uint256 allowed = arbiter.allowedAmount(
            vector(string.concat(path, ".bytes")), vector(string.concat(".offers.", offer, ".bytes"))
        );
        vm.assertEq(allowed, vectorNumber(string.concat(path, ".allowed")), receipt);
    }

    function test_AllowedAmount_OneMillionth_IsAUnit() public view {
        Said memory receipt = said();
        (receipt.inputTokens, receipt.outputTokens) = (1, 0);
        vm.assertEq(arbiter.allowedAmount(encode(receipt), offerOf(1, 0, ASSET)), 1, "a millionth");
        vm.assertEq(arbiter.allowedAmount(encode(receipt), offerOf(1_000_000, 0, ASSET)), 1, "a unit");
        vm.assertEq(arbiter.allowedAmount(encode(receipt), offerOf(1_000_001, 0, ASSET)), 2, "and a millionth");
        vm.assertEq(arbiter.allowedAmount(encode(receipt), offerOf(0, 1, ASSET)), 0, "nothing");
    }

    function test_ReadOffer_OfTheSdk_SaysWhatTheSdkSaid() public view {
        string[2] memory names = ["usual", "smallest"];
        for (uint256 i; i < names.length; ++i) {
            string memory path = string.concat(".offers.", names[i]);
            bytes memory offer = vector(string.concat(path, ".bytes"));
            SignedStatements.Offer memory got = arbiter.readOffer(offer);
            vm.assertEq(got.perMillionInputTokens, vectorNumber(string.concat(path, ".perMillionInputTokens")), "input");
            vm.assertEq(
                got.perMillionOutputTokens, vectorNumber(string.concat(path, ".perMillionOutputTokens")), "output"
            );
            vm.assertEq(got.assetHash, keccak256(bytes(vectorText(string.concat(path, ".asset")))), "asset");
            vm.assertEq(abi.encodePacked(sha256(offer)), vector(string.concat(path, ".id")), "id");
        }
    }

    // t: text with its length before it; 8 and a: integers of eight and sixteen bytes.
    bytes private constant RECEIPT_SHAPE = "tttttttttt88att88";

    function test_ReadReceipt_CutAnywhere_SaysWhere() public view {
        _checkCuts(vector(".receipts.honest.bytes"), RECEIPT_SHAPE, true);
        _checkCuts(vector(".receipts.free.bytes"), RECEIPT_SHAPE, true);
    }

    function test_ReadOffer_CutAnywhere_SaysWhere() public view {
        _checkCuts(vector(".offers.usual.bytes"), "ttttttttatatatt8tt8888", false);
        _checkCuts(vector(".offers.smallest.bytes"), "ttttttttatatatt88888", false);
    }

    function test_Read_BytesLeftOver_Refused() public view {
        bytes memory receipt = vector(".receipts.honest.bytes");
        _checkRefused(abi.encodePacked(receipt, uint8(0)), true, receipt.length);
        bytes memory offer = vector(".offers.usual.bytes");
        _checkRefused(abi.encodePacked(offer, uint8(0)), false, offer.length);
    }

    function test_Read_AnotherKindOfStatement_Refused() public view {
        _checkRefused(vector(".offers.usual.bytes"), true, 0);
        _checkRefused(vector(".receipts.honest.bytes"), false, 0);
    }

    function test_ReadReceipt_OtherLengths_Refused() public view {
        bytes memory receipt = encode(said());
        // Job, run, hash of the job, offer.
        uint256[4] memory starts = [uint256(20), 40, 60, 96];
        for (uint256 i; i < starts.length; ++i) _checkLengths(receipt, starts[i], true);
        uint256 algorithm = 132;
        uint256 key = algorithm + 4 + 19;
        _checkRefused(_with(receipt, algorithm + 5, "S"), true, algorithm);
        _checkLengths(receipt, key, true);
        uint256 modelHash = key + 4 + 33 + 4 + 12;
        _checkLengths(receipt, modelHash, true);
        _checkLengths(receipt, modelHash + 4, true);
        uint256 channel = modelHash + 4 + 36 + 8 + 8 + 16 + 4 + bytes(ASSET).length;
        _checkLengths(receipt, channel, true);
    }

    function test_ReadOffer_OtherLengths_Refused() public view {
        bytes memory offer = offerOf(1, 2, ASSET);
        uint256 algorithm = 18;
        uint256 key = algorithm + 4 + 19;
        _checkRefused(_with(offer, algorithm + 5, "S"), false, algorithm);
        _checkLengths(offer, key, false);
        uint256 payee = key + 4 + 33;
        uint256 modelHash = payee + (4 + 55) + (4 + 25) + (4 + 4) + (4 + 12);
        _checkLengths(offer, modelHash, false);
    }

    function test_ReadReceipt_Counts_ToTheLargest() public view {
        Said memory receipt = said();
        (receipt.inputTokens, receipt.outputTokens) = (type(uint64).max >> 1, (type(uint64).max >> 1) + 1);
        SignedStatements.Receipt memory got = arbiter.readReceipt(encode(receipt));
        vm.assertEq(got.inputTokens, type(uint64).max >> 1, "the largest");
        vm.assertEq(got.outputTokens, 0, "the least below zero");
    }

    function test_ReadOffer_ManyCapabilities_Read() public view {
        bytes memory head = vector(".offers.smallest.bytes");
        bytes memory texts;
        for (uint256 i; i < 64; ++i) texts = abi.encodePacked(texts, text(abi.encodePacked("capability", uint8(i))));
        bytes memory offer = abi.encodePacked(_cut(head, head.length - 40), uint64(64), texts, new bytes(32));
        vm.assertEq(arbiter.readOffer(offer).perMillionInputTokens, type(uint128).max, "price");
    }

    function testFuzz_Read_AnyBytes_ReadOrRefused(bytes calldata noise, uint256 place, uint256 length) public view {
        _checkTyped(noise);
        bytes memory receipt = vector(".receipts.honest.bytes");
        place %= receipt.length;
        length %= receipt.length - place + 1;
        _checkTyped(abi.encodePacked(_cut(receipt, place), noise, _from(receipt, place + length)));
    }

    function _checkTyped(bytes memory data) private view {
        (bool read, bytes memory answer) = address(arbiter).staticcall(abi.encodeCall(arbiter.readReceipt, (data)));
        vm.assertTrue(read || bytes4(answer) == SignedStatements.InvalidStatement.selector, "receipt");
        (read, answer) = address(arbiter).staticcall(abi.encodeCall(arbiter.readOffer, (data)));
        vm.assertTrue(read || bytes4(answer) == SignedStatements.InvalidStatement.selector, "offer");
    }

    function _checkCuts(bytes memory data, bytes memory shape, bool receipt) private view {
        for (uint256 length; length < data.length; ++length) {
            _checkRefused(_cut(data, length), receipt, _whereItEnds(data, shape, length));
        }
    }

    // Where the first part begins that does not lie within `length` bytes.
    function _whereItEnds(bytes memory data, bytes memory shape, uint256 length) private pure returns (uint256 place) {
        for (uint256 i; i < shape.length; ++i) {
            uint256 width = shape[i] == "t" ? 4 : shape[i] == "8" ? 8 : 16;
            if (place + width > length) return place;
            place += width;
            if (shape[i] != "t") continue;
            width = 0;
            for (uint256 k = place - 4; k < place; ++k) width = width * 256 + uint8(data[k]);
            if (place + width > length) return place;
            place += width;
        }
    }

    function _checkLengths(bytes memory data, uint256 place, bool receipt) private view {
        uint8 length = uint8(data[place + 3]);
        _checkRefused(_with(data, place + 3, bytes1(length + 1)), receipt, place);
        if (length != 0) _checkRefused(_with(data, place + 3, bytes1(length - 1)), receipt, place);
        _checkRefused(_with(data, place, 0x80), receipt, place);
    }

    function _checkRefused(bytes memory data, bool receipt, uint256 place) private view {
        (bool read, bytes memory answer) = address(arbiter).staticcall(
            receipt ? abi.encodeCall(arbiter.readReceipt, (data)) : abi.encodeCall(arbiter.readOffer, (data))
        );
        vm.assertFalse(read, "read");
        vm.assertEq(answer, abi.encodeWithSelector(SignedStatements.InvalidStatement.selector, place), "reason");
    }

    function _with(bytes memory data, uint256 place, bytes1 value) private pure returns (bytes memory changed) {
        changed = bytes.concat(data);
        changed[place] = value;
    }

    function _cut(bytes memory data, uint256 length) private pure returns (bytes memory cut) {
        cut = bytes.concat(data);
        assembly ("memory-safe") {
            mstore(cut, length)
        }
    }

    function _from(bytes memory data, uint256 place) private pure returns (bytes memory rest) {
        rest = new bytes(data.length - place);
        for (uint256 i; i < rest.length; ++i) rest[i] = data[place + i];
    }
}
