// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A registry's stand-in that counts how often each root came, where the registry itself would hide a second time.
/// State and not logs: what a reorganisation takes back is not counted.
contract CountingAnchor {
    mapping(bytes32 root => uint256) public count;
    mapping(bytes32 root => uint256) public anchoredAt;
    mapping(address operator => bool) public isBarred;

    error NotAllowed();
    error BadCalldata();

    fallback() external {
        if (msg.data.length != 32) revert BadCalldata();
        if (isBarred[msg.sender]) revert NotAllowed();
        bytes32 root = bytes32(msg.data);
        if (count[root]++ == 0) anchoredAt[root] = block.timestamp;
    }

    function status(bytes32 root, bytes32) external view returns (uint64 anchored, uint64 revoked, uint8 reason) {
        return (uint64(anchoredAt[root]), 0, 0);
    }

    /// Takes the permission to anchor away, or gives it back.
    function bar(address operator, bool isSo) external {
        isBarred[operator] = isSo;
    }
}
