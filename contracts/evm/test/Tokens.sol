// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAuthorizedTransfer} from "../src/IAuthorizedTransfer.sol";

/// A token with permits and authorized transfers, as the common stablecoins have them.
contract TestToken is ERC20Permit, IAuthorizedTransfer {
    bytes32 public constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    mapping(address => mapping(bytes32 => bool)) private _used;

    constructor() ERC20("Test Dollar", "TUSD") ERC20Permit("Test Dollar") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function authorizationDigest(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(RECEIVE_TYPEHASH, from, to, value, validAfter, validBefore, nonce)));
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external virtual {
        require(msg.sender == to, "caller must be the payee");
        require(block.timestamp > validAfter && block.timestamp < validBefore, "outside its time");
        require(!_used[from][nonce], "used");
        bytes32 digest = authorizationDigest(from, to, value, validAfter, validBefore, nonce);
        require(SignatureChecker.isValidSignatureNow(from, digest, signature), "not authorized");
        _used[from][nonce] = true;
        _transfer(from, to, value);
    }
}

/// A token that keeps one part in a hundred of what is moved.
contract FeeToken is ERC20 {
    constructor() ERC20("Fee", "FEE") {
        _mint(msg.sender, 1e24);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0)) super._update(to, address(1), value / 100);
    }

    function receiveWithAuthorization(address from, address to, uint256 value, uint256, uint256, bytes32, bytes calldata) external {
        _transfer(from, to, value);
    }
}

/// A token that calls into its holder's contract on every transfer.
contract HookToken is ERC20 {
    address private _target;
    bytes private _call;
    bool public reentered;

    constructor() ERC20("Hook", "HOOK") {
        _mint(msg.sender, 1e24);
    }

    function arm(address target, bytes calldata data) external {
        _target = target;
        _call = data;
        reentered = false;
    }

    function receiveWithAuthorization(address from, address to, uint256 value, uint256, uint256, bytes32, bytes calldata) external {
        _transfer(from, to, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_target != address(0)) (reentered,) = _target.call(_call);
    }
}

/// A wallet whose owner's signatures it vouches for.
contract Wallet {
    address private _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return SignatureChecker.isValidSignatureNow(_owner, hash, signature) ? this.isValidSignature.selector : bytes4(0);
    }
}

/// Takes no coin.
contract Refuser {
    receive() external payable {
        revert("no");
    }
}
