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
}
