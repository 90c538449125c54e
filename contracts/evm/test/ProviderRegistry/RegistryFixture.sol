// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ProviderRegistry} from "../../src/ProviderRegistry.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {TestToken} from "../../src/testing/TestToken.sol";
import {Fixture} from "../fixtures/Fixture.sol";
import {vm} from "../fixtures/Vm.sol";

/// A registry whose owner, guardian and treasury are accounts, and providers that can register with it.
abstract contract RegistryFixture is Fixture {
    uint96 internal constant MIN_STAKE = 1_000e6;
    uint96 internal constant STAKE = 5_000e6;
    uint16 internal constant MAX_CASE_SHARE = 2_000;
    uint256 internal constant THAW = 28 days;
    uint256 internal constant DISPUTE_WINDOW = 7 days;
    uint256 internal constant KEY_DELAY = 2 days;
    uint256 internal constant KEY = 0x5EED;
    uint256 internal constant NEXT_KEY = 0x5EED2;
    bytes32 internal constant DOCUMENT = keccak256("document");
    string internal constant URI = "https://provider.example/provider.json";

    ProviderRegistry internal registry;
    TestToken internal token;
    address internal owner = address(0x0123);
    address internal guardian = address(0x6A4D);
    address internal treasury = address(0x7EA5);
    address internal provider = address(0x9401DE4);
    address internal operator = address(0x09E4);
    address internal payee = address(0xBEEF);
    address internal victim = address(0x71C7);
    address internal reporter = address(0x4E90);

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        token = deployToken();
        registry = deployRegistry(address(token), MIN_STAKE, MAX_CASE_SHARE, THAW, DISPUTE_WINDOW, KEY_DELAY);
        fund(provider);
    }

    function deployRegistry(
        address token_,
        uint96 minStake,
        uint16 maxCaseShare,
        uint256 thaw,
        uint256 disputeWindow,
        uint256 keyDelay
    ) internal returns (ProviderRegistry) {
        bytes memory arguments =
            abi.encode(token_, owner, guardian, treasury, minStake, maxCaseShare, thaw, disputeWindow, keyDelay);
        return ProviderRegistry(deployArtifact("ProviderRegistry", arguments));
    }

    function fund(address account) internal {
        token.mint(account, 1e24);
        vm.prank(account);
        token.approve(address(registry), type(uint256).max);
    }

    function proof(uint256 key, address account) internal view returns (bytes memory) {
        return sign(key, registry.keyDigest(account, vm.addr(key)));
    }

    function register(address account, uint256 key, uint96 amount) internal {
        bytes memory keyProof = proof(key, account);
        vm.prank(account);
        registry.register(amount, vm.addr(key), keyProof, operator, payee, DOCUMENT, URI);
    }

    function schedule(address account, uint256 key) internal {
        bytes memory keyProof = proof(key, account);
        vm.prank(account);
        registry.scheduleKey(vm.addr(key), keyProof);
    }

    function checkStake(address account, uint256 stake, uint256 thawing, uint256 thawEnd, uint256 locks) internal view {
        ProviderRegistry.Provider memory entry = registry.getProvider(account);
        vm.assertEq(uint256(entry.stake), stake, "stake");
        vm.assertEq(uint256(entry.thawing), thawing, "thawing");
        vm.assertEq(uint256(entry.thawEnd), thawEnd, "thawEnd");
        vm.assertEq(uint256(entry.locks), locks, "locks");
    }
}
