// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DisputeArbiter} from "../../src/DisputeArbiter.sol";
import {EpochDistributor} from "../../src/EpochDistributor.sol";
import {ProviderRegistry} from "../../src/ProviderRegistry.sol";
import {GovernanceTimelock} from "../../src/governance/GovernanceTimelock.sol";
import {GovernanceToken} from "../../src/governance/GovernanceToken.sol";
import {ParameterGovernor} from "../../src/governance/ParameterGovernor.sol";
import {Fixture} from "../fixtures/Fixture.sol";

/// Deploys everything that is governed, in the order in which a real deployment does it. The deployer acts through the timelocks while
/// their delay is zero, and gives that up in the same transaction in which their delay begins; it never owns anything.
contract GovernanceDeployer is Fixture {
    uint48 public constant VOTING_DELAY = 1 days;
    uint32 public constant VOTING_PERIOD = 5 days;
    uint256 public constant DELAY = 28 days;
    uint48 public constant COURT_VOTING_DELAY = 6 hours;
    uint32 public constant COURT_VOTING_PERIOD = 3 days;
    uint256 public constant COURT_DELAY = 1 days;
    uint256 public constant SUPPLY = 1e27;
    uint256 public constant THRESHOLD = SUPPLY / 1000;
    uint256 public constant QUORUM_PERCENT = 4;

    GovernanceToken public votes;
    GovernanceTimelock public timelock;
    ParameterGovernor public governor;
    GovernanceTimelock public courtTimelock;
    ParameterGovernor public court;
    ProviderRegistry public registry;
    DisputeArbiter public arbiter;
    EpochDistributor public distributor;

    /// @param holder Gets all votes.
    /// @param money What is staked, and what rewards are paid in.
    /// @param escrow The payment channels, which nobody owns.
    function deploy(address holder, address money, address escrow, EpochDistributor.Schedule calldata schedule) external {
        // 1. The votes.
        votes = GovernanceToken(
            deployArtifact("governance/GovernanceToken", abi.encode("DePin Governance", "DPG", holder, SUPPLY))
        );

        // 2. Two timelocks, which nobody but themselves administers, each with its governor: the slow one owns; the court, quick enough for the
        // veto window, is the guardian, who can spare a provider and hold registrations up.
        timelock = _timelock();
        governor = _governor("DePin Parameters", timelock, VOTING_DELAY, VOTING_PERIOD);
        courtTimelock = _timelock();
        court = _governor("DePin Court", courtTimelock, COURT_VOTING_DELAY, COURT_VOTING_PERIOD);

        // 3. What is governed belongs to the timelock from its first block on.
        registry = ProviderRegistry(
            deployArtifact(
                "ProviderRegistry",
                abi.encode(money, timelock, courtTimelock, timelock, 1_000e6, 2_000, 28 days, 7 days, 2 days)
            )
        );
        arbiter = DisputeArbiter(deployArtifact("DisputeArbiter", abi.encode(registry, escrow, 100e6, 7 days, 1_000)));
        distributor = EpochDistributor(
            deployArtifact("EpochDistributor", abi.encode(money, timelock, timelock, schedule, 1e12, 1e9))
        );
        require(DELAY >= registry.THAW_PERIOD(), "providers could not leave in time");
        require(distributor.RULING_PERIOD() > VOTING_DELAY + VOTING_PERIOD + DELAY, "no ruling would come in time");

        // 4. What only the owner can do, and the handover: one transaction for each timelock.
        _handOver(courtTimelock, court, COURT_DELAY, address(0), "");
        _handOver(timelock, governor, DELAY, address(registry), abi.encodeCall(registry.setArbiter, (address(arbiter), true)));
    }

    function _timelock() private returns (GovernanceTimelock) {
        address[] memory proposers = new address[](1);
        proposers[0] = address(this);
        // The zero address: anybody executes what is due.
        address[] memory executors = new address[](1);
        return GovernanceTimelock(
            payable(deployArtifact("governance/GovernanceTimelock", abi.encode(0, proposers, executors, address(0))))
        );
    }

    function _governor(string memory name, GovernanceTimelock owner, uint48 delay, uint32 period)
        private
        returns (ParameterGovernor)
    {
        return ParameterGovernor(
            payable(
                deployArtifact(
                    "governance/ParameterGovernor",
                    abi.encode(name, votes, owner, delay, period, THRESHOLD, QUORUM_PERCENT)
                )
            )
        );
    }

    /// Does `first`, if there is anything to do, and leaves the timelock to its governor alone.
    function _handOver(GovernanceTimelock to, ParameterGovernor by, uint256 delay, address target, bytes memory first)
        private
    {
        address[] memory targets = new address[](6);
        bytes[] memory calls = new bytes[](6);
        for (uint256 i; i < 6; ++i) targets[i] = address(to);
        calls[0] = abi.encodeCall(to.grantRole, (to.PROPOSER_ROLE(), address(by)));
        calls[1] = abi.encodeCall(to.grantRole, (to.CANCELLER_ROLE(), address(by)));
        calls[2] = abi.encodeCall(to.revokeRole, (to.PROPOSER_ROLE(), address(this)));
        calls[3] = abi.encodeCall(to.revokeRole, (to.CANCELLER_ROLE(), address(this)));
        calls[4] = abi.encodeCall(to.updateDelay, (delay));
        if (target == address(0)) {
            assembly ("memory-safe") {
                mstore(targets, 5)
                mstore(calls, 5)
            }
        } else {
            targets[5] = target;
            calls[5] = first;
        }
        uint256[] memory values = new uint256[](targets.length);
        to.scheduleBatch(targets, values, calls, 0, 0, 0);
        to.executeBatch(targets, values, calls, 0, 0);
    }
}
