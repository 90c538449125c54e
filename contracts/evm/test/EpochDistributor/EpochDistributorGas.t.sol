// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EpochDistributor} from "../../src/EpochDistributor.sol";
import {vm} from "../fixtures/Vm.sol";
import {DistributorFixture} from "./DistributorFixture.sol";

/// What a whole transaction costs, with its base fee and its calldata; compared with the figures under gas/.
/// Lists of 1,024 rows, so ten hashes to a proof; accounts hold tokens already.
/// forge-config: default.isolate = true
contract EpochDistributorGasTest is DistributorFixture {
    uint256 private constant COUNT = 1024;

    function test_Gas_PostAndRelease() public {
        post(0, keccak256("root"), 5);
        vm.prank(poster);
        distributor.postRoot(1, keccak256("root"), 5, keccak256("list"));
        vm.snapshotGasLastCall("EpochDistributor", "postRoot");
        vm.warp(block.timestamp + WINDOW);
        distributor.releaseBond(1);
        vm.snapshotGasLastCall("EpochDistributor", "releaseBond");
        vm.warp(block.timestamp + CLAIMING);
        token.mint(treasury, 1);
        distributor.sweepExpired(0);
        vm.snapshotGasLastCall("EpochDistributor", "sweepExpired");
    }

    function test_Gas_ChallengeAndRule() public {
        uint32 posting = post(0, keccak256("root"), 5);
        vm.prank(challenger);
        distributor.challengeRoot(0, posting);
        vm.snapshotGasLastCall("EpochDistributor", "challengeRoot");
        vm.prank(owner);
        distributor.rule(0, posting, false);
        vm.snapshotGasLastCall("EpochDistributor", "rule");
        distributor.withdraw(challenger);
        vm.snapshotGasLastCall("EpochDistributor", "withdraw");
    }

    function test_Gas_Claim() public {
        EpochDistributor.Claim[] memory rows = _opened(0, false);
        distributor.claim(rows[0]);
        vm.snapshotGasLastCall("EpochDistributor", "claim, first of its 256 rows");
        distributor.claim(rows[1]);
        vm.snapshotGasLastCall("EpochDistributor", "claim");
    }

    function test_Gas_ClaimMany_OneEpoch() public {
        EpochDistributor.Claim[] memory rows = _opened(0, false);
        distributor.claim(rows[150]);
        assembly {
            mstore(rows, 100)
        }
        vm.assertEq(distributor.claimMany(rows), 5050, "paid");
        vm.snapshotGasLastCall("EpochDistributor", "claimMany of 100 accounts in one epoch");
    }

    function test_Gas_ClaimMany_OneAccount() public {
        EpochDistributor.Claim[] memory rows = new EpochDistributor.Claim[](5);
        for (uint64 epoch; epoch < 5; ++epoch) rows[epoch] = _opened(epoch, true)[7];
        vm.assertEq(distributor.claimMany(rows), 5 * 8, "paid");
        vm.snapshotGasLastCall("EpochDistributor", "claimMany of one account in 5 epochs");
    }

    function _opened(uint64 epoch, bool oneAccount) private returns (EpochDistributor.Claim[] memory rows) {
        rows = new EpochDistributor.Claim[](COUNT);
        for (uint256 i; i < COUNT; ++i) {
            address account = address(uint160(0x1000 + (oneAccount ? 0 : i)));
            rows[i] = EpochDistributor.Claim(epoch, i, account, i + 1, rows[i].proof);
            if (i < 100) token.mint(account, 1);
        }
        post(epoch, prove(rows), uint128(COUNT * COUNT));
        vm.warp(block.timestamp + WINDOW);
    }
}
