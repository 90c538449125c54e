// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../fixtures/Vm.sol";

/// Writes receipts and offers as the SDK does, and reads those that it wrote (test/vectors).
abstract contract Statements {
    struct Said {
        bytes16 jobId;
        bytes16 runNonce;
        bytes32 offerId;
        uint64 inputTokens;
        uint64 outputTokens;
        uint128 amount;
        string asset;
        bytes channel;
        uint64 completedAt;
    }

    string internal constant ASSET = "eip155:31337/erc20:0x5fbdb2315678afecb367f032d93f642f64180aa3";

    string private _vectors = vm.readFile("test/vectors/statements.json");

    function said() internal pure returns (Said memory) {
        return Said(bytes16(uint128(1)), bytes16(uint128(2)), bytes32(uint256(3)), 10, 20, 30, ASSET, "", 40);
    }

    function encode(Said memory receipt) internal pure returns (bytes memory) {
        bytes memory head = abi.encodePacked(
            text("depin.receipt.v2"),
            text(abi.encodePacked(receipt.jobId)),
            text(abi.encodePacked(receipt.runNonce)),
            text(abi.encodePacked(bytes32(uint256(4)))),
            text(abi.encodePacked(receipt.offerId)),
            publicKey(),
            text("npc-dialogue"),
            text(""),
            text(abi.encodePacked(bytes32(uint256(5))))
        );
        return abi.encodePacked(
            head,
            receipt.inputTokens,
            receipt.outputTokens,
            receipt.amount,
            text(bytes(receipt.asset)),
            text(receipt.channel),
            uint64(0),
            receipt.completedAt
        );
    }

    function offerOf(uint128 input, uint128 output, string memory asset) internal pure returns (bytes memory) {
        bytes memory head = abi.encodePacked(
            text("depin.offer.v1"),
            publicKey(),
            text("eip155:31337:0x70997970c51812dc3a010c7d01b50e0d17dc79c8"),
            text("https://provider.example/"),
            text("chat"),
            text("npc-dialogue"),
            text("")
        );
        bytes memory prices = abi.encodePacked(
            input, text(bytes(asset)), output, text(bytes(asset)), uint128(1000), text(bytes(asset)), text("eu-west")
        );
        return abi.encodePacked(head, prices, uint64(1), text("json"), uint64(4), uint64(4096), uint64(1), uint64(2));
    }

    function text(bytes memory content) internal pure returns (bytes memory) {
        return abi.encodePacked(uint32(content.length), content);
    }

    function publicKey() internal pure returns (bytes memory) {
        return abi.encodePacked(text("secp256k1-keccak256"), text(abi.encodePacked(uint8(2), bytes32(uint256(6)))));
    }

    function vectorSigner() internal view returns (address) {
        return vm.parseJsonAddress(_vectors, ".signer");
    }

    /// @param path For example ".receipts.honest.bytes".
    function vector(string memory path) internal view returns (bytes memory) {
        return vm.parseJsonBytes(_vectors, path);
    }

    function vectorNumber(string memory path) internal view returns (uint256) {
        return vm.parseJsonUint(_vectors, path);
    }

    function vectorText(string memory path) internal view returns (string memory) {
        return vm.parseJsonString(_vectors, path);
    }
}
