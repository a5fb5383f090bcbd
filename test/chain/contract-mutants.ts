/** The contract with one thing wrong each, and the promise that breaks. */

export interface Mutant {
  name: string
  /** Each text stands in the source once. */
  changes: [from: string, to: string][]
  /** The rule of registry-rules.ts that must fail. */
  broken: string
}
const mutant = (broken: string, name: string, ...changes: [string, string][]): Mutant => ({ name, changes, broken })

const NAMES = 'a deployment names its issuer, owner and operator'
const LENGTHS = 'call data of any other length anchors nothing'
const ONCE = '32 bytes anchor a root, and a second time changes nothing'
const ANCHORERS = 'nobody anchors without the permission'
const ETHER = 'it takes no ether'
const SELECTORS = 'a root that begins with a selector reverts instead of running the function'
const REVOKERS = 'nobody revokes without the permission'
const REASONS = 'there are two reasons'
const BATCH = 'every id of a batch is revoked'
const FIRST = 'the first revocation of an id stands, but superseded may become revoked'
const RANK = 'of leaf and root, revoked outranks superseded, and then the earlier counts'
const STATUS = 'status() is of this root and this leaf'
const OPERATORS = 'only the owner names operators'
const STEPS = 'ownership moves in two steps'
const CANCEL = 'a transfer can be cancelled'
const STANDS = 'what a removed operator did stands'

const LENGTH = 'if (msg.data.length != 32) revert BadCalldata();'
const MAY_ANCHOR = 'if (permissions[msg.sender] & MAY_ANCHOR == 0) revert NotAllowed();'
const MAY_REVOKE = 'if (permissions[msg.sender] & MAY_REVOKE == 0) revert NotAllowed();'
const REASON = 'if (reason != REVOKED && reason != SUPERSEDED) revert BadReason();'
const NEW_OR_WORSE = 'if (r.time == 0 || r.reason > reason) {'
const RECORD = 'revocations[ids[i]] = Revocation(uint64(block.timestamp), reason);'
const LOOP = 'for (uint256 i; i < ids.length; ++i) {'
const EFFECTIVE =
  'if (a.time == 0 || (b.time != 0 && (b.reason < a.reason || (b.reason == a.reason && b.time < a.time)))) a = b;'
const STATUS_ANSWER = 'return (uint64(anchoredAt[root]), a.time, a.reason);'
const ANCHOR = 'if (anchoredAt[root] == 0) {'
const SET = 'permissions[operator] = permissions_;'
const SET_OPERATOR = 'function setOperator(address operator, uint8 permissions_) external onlyOwner {'
const TRANSFER = 'function transferOwnership(address newOwner) external onlyOwner {'
const PENDING = '_pendingOwner = newOwner;'
const ACCEPT = 'if (msg.sender != _pendingOwner) revert NotAllowed();'
const GUARD = 'if (msg.data.length == 32) revert BadCalldata();'
const MAPPINGS: [string, string][] = [
  ['mapping(bytes32 => uint256) public anchoredAt;', 'mapping(bytes32 => Revocation) public revocations;'],
  ['mapping(bytes32 => Revocation) public revocations;', 'mapping(bytes32 => uint256) public anchoredAt;'],
]

const deployment = [
  mutant(NAMES, 'the operator only anchors', [
    '_setOperator(operator_, MAY_ANCHOR | MAY_REVOKE)',
    '_setOperator(operator_, MAY_ANCHOR)',
  ]),
  mutant(NAMES, 'the owner is an operator too', ['_did = did_;', '_did = did_; permissions[owner_] = 3;']),
  mutant(NAMES, 'the deployer is the owner', ['_owner = owner_;', '_owner = msg.sender;']),
  mutant(NAMES, 'the deployment tells no owner', ['emit OwnershipTransferred(address(0), owner_);', '']),
  mutant(NAMES, 'a cut DID', ['return _did;', 'return bytes(_did).length > 31 ? "x" : _did;']),
  mutant('there is no registry without an owner', 'no owner is taken', [
    'if (owner_ == address(0)) revert ZeroOwner();',
    '',
  ]),
  mutant(
    'its code is the same for everybody',
    'the DID is in the code',
    ['string internal _did;', 'string internal _did; uint256 public immutable length;'],
    ['_did = did_;', '_did = did_; length = bytes(did_).length;'],
  ),
]
const anchoring = [
  mutant(ONCE, 'a second anchor overwrites the time', [ANCHOR, '{']),
  mutant(ONCE, 'a second anchor by another operator reverts', [
    ANCHOR,
    'if (anchoredAt[root] != 0) revert NotAllowed(); {',
  ]),
  mutant(ONCE, 'the block number instead of the time', [
    'anchoredAt[root] = block.timestamp;',
    'anchoredAt[root] = block.number;',
  ]),
  mutant(ONCE, 'anchors without an event', ['emit Anchored(root, msg.sender);', '']),
  mutant(ONCE, 'the event names the contract', [
    'emit Anchored(root, msg.sender);',
    'emit Anchored(root, address(this));',
  ]),
  mutant(LENGTHS, 'no length is checked', [LENGTH, '']),
  mutant(LENGTHS, '31 bytes anchor', [
    LENGTH,
    'if (msg.data.length > 32 || msg.data.length < 31) revert BadCalldata();',
  ]),
  mutant(LENGTHS, '33 bytes anchor', [
    LENGTH,
    'if (msg.data.length < 32 || msg.data.length > 33) revert BadCalldata();',
  ]),
  mutant(LENGTHS, 'empty call data is taken', [
    LENGTH,
    'if (msg.data.length == 0) return; if (msg.data.length != 32) revert BadCalldata();',
  ]),
  mutant(ANCHORERS, 'everybody anchors', [MAY_ANCHOR, '']),
  mutant(ANCHORERS, 'who may revoke anchors', [MAY_ANCHOR, 'if (permissions[msg.sender] == 0) revert NotAllowed();']),
  mutant(ANCHORERS, 'the owner anchors', [
    MAY_ANCHOR,
    'if (msg.sender != _owner && permissions[msg.sender] & MAY_ANCHOR == 0) revert NotAllowed();',
  ]),
  mutant(ETHER, 'an anchor takes ether', ['fallback() external {', 'fallback() external payable {']),
  mutant(ETHER, 'a revocation takes ether', [
    'function revoke(bytes32[] calldata ids, uint8 reason) external {',
    'function revoke(bytes32[] calldata ids, uint8 reason) external payable {',
  ]),
  mutant(ETHER, 'a deployment takes ether', [
    'constructor(string memory did_, address owner_, address operator_) {',
    'constructor(string memory did_, address owner_, address operator_) payable {',
  ]),
  mutant(SELECTORS, 'no function is guarded', [GUARD, '']),
  mutant(SELECTORS, 'did() is not guarded', ['function did() external view notARoot', 'function did() external view']),
  mutant(SELECTORS, 'owner() is not guarded', [
    'function owner() external view notARoot',
    'function owner() external view',
  ]),
  mutant(SELECTORS, 'pendingOwner() is not guarded', [
    'function pendingOwner() external view notARoot',
    'function pendingOwner() external view',
  ]),
  mutant(SELECTORS, 'acceptOwnership() is not guarded', [
    'function acceptOwnership() external notARoot',
    'function acceptOwnership() external',
  ]),
]
const revoking = [
  mutant(REVOKERS, 'everybody revokes', [MAY_REVOKE, '']),
  mutant(REVOKERS, 'who may anchor revokes', [MAY_REVOKE, 'if (permissions[msg.sender] == 0) revert NotAllowed();']),
  mutant(REVOKERS, 'the owner revokes', [
    MAY_REVOKE,
    'if (msg.sender != _owner && permissions[msg.sender] & MAY_REVOKE == 0) revert NotAllowed();',
  ]),
  mutant(REASONS, 'any reason', [REASON, '']),
  mutant(REASONS, 'reason 0', [REASON, 'if (reason > SUPERSEDED) revert BadReason();']),
  mutant(REASONS, 'reason 3', [REASON, 'if (reason == 0 || reason > 3) revert BadReason();']),
  mutant(BATCH, 'only the first id', [LOOP, 'for (uint256 i; i < 1; ++i) {']),
  mutant(BATCH, 'all but the last id', [LOOP, 'for (uint256 i; i + 1 < ids.length; ++i) {']),
  mutant(BATCH, 'all but the first id', [LOOP, 'for (uint256 i = 1; i < ids.length; ++i) {']),
  mutant(BATCH, 'swapped reasons', [RECORD, 'revocations[ids[i]] = Revocation(uint64(block.timestamp), 3 - reason);']),
  mutant(BATCH, 'the event tells another reason', [
    'emit Revoked(ids[i], reason, msg.sender);',
    'emit Revoked(ids[i], REVOKED, msg.sender);',
  ]),
  mutant(BATCH, 'revokes without an event', ['emit Revoked(ids[i], reason, msg.sender);', '']),
  mutant(FIRST, 'a later revocation overwrites', [NEW_OR_WORSE, '{']),
  mutant(FIRST, 'the same reason overwrites', [NEW_OR_WORSE, 'if (r.time == 0 || r.reason >= reason) {']),
  mutant(FIRST, 'revoked may become superseded', [NEW_OR_WORSE, 'if (r.time == 0 || r.reason < reason) {']),
  mutant(FIRST, 'superseded stays superseded', [NEW_OR_WORSE, 'if (r.time == 0) {']),
  mutant(FIRST, 'the new reason keeps the old time', [
    RECORD,
    'revocations[ids[i]] = Revocation(r.time == 0 ? uint64(block.timestamp) : r.time, reason);',
  ]),
  mutant(FIRST, 'a repeated id is an error', [
    NEW_OR_WORSE,
    'if (r.time != 0 && r.reason <= reason) revert BadReason(); {',
  ]),
]
const status = [
  mutant(RANK, 'the root does not count', [EFFECTIVE, '']),
  mutant(RANK, 'the leaf does not count', [EFFECTIVE, 'a = b;']),
  mutant(RANK, 'the root goes first', [EFFECTIVE, 'if (b.time != 0) a = b;']),
  mutant(RANK, 'superseded outranks revoked', [
    EFFECTIVE,
    EFFECTIVE.replace('b.reason < a.reason', 'b.reason > a.reason'),
  ]),
  mutant(RANK, 'of two equal reasons the later counts', [
    EFFECTIVE,
    EFFECTIVE.replace('b.time < a.time', 'b.time > a.time'),
  ]),
  mutant(RANK, 'the earlier counts whatever the reason', [
    EFFECTIVE,
    'if (a.time == 0 || (b.time != 0 && b.time < a.time)) a = b;',
  ]),
  mutant(STATUS, 'the leaf has to be anchored', [
    STATUS_ANSWER,
    'return (uint64(anchoredAt[leaf]), a.time, a.reason);',
  ]),
  mutant(STATUS, 'time of anchor and revocation are swapped', [
    STATUS_ANSWER,
    'return (a.time, uint64(anchoredAt[root]), a.reason);',
  ]),
  mutant(STATUS, 'what is revoked was never anchored', [
    STATUS_ANSWER,
    'return (a.time == 0 ? uint64(anchoredAt[root]) : 0, a.time, a.reason);',
  ]),
]
const ownership = [
  mutant(OPERATORS, 'everybody names operators', [SET_OPERATOR, SET_OPERATOR.replace(' onlyOwner', '')]),
  mutant(OPERATORS, 'operators name operators', [
    SET_OPERATOR,
    `${SET_OPERATOR.replace(' onlyOwner', '')} if (msg.sender != _owner && permissions[msg.sender] == 0) revert NotAllowed();`,
  ]),
  mutant(OPERATORS, 'permissions add up', [SET, 'permissions[operator] |= permissions_;']),
  mutant(OPERATORS, 'any permissions', ['if (permissions_ > (MAY_ANCHOR | MAY_REVOKE)) revert BadPermissions();', '']),
  mutant(OPERATORS, 'an operator is named in silence', ['emit OperatorSet(operator, permissions_);', '']),
  mutant(STANDS, 'an operator cannot be removed', [SET, 'if (permissions_ > 0) permissions[operator] = permissions_;']),
  mutant(STEPS, 'everybody hands ownership over', [TRANSFER, TRANSFER.replace(' onlyOwner', '')]),
  mutant(STEPS, 'in one step', [PENDING, '_pendingOwner = newOwner; _owner = newOwner;']),
  mutant(STEPS, 'everybody accepts', [ACCEPT, '']),
  mutant(STEPS, 'the old owner accepts', [
    ACCEPT,
    'if (msg.sender != _owner && msg.sender != _pendingOwner) revert NotAllowed();',
  ]),
  mutant(STEPS, 'accepting twice', ['delete _pendingOwner;', '']),
  mutant(STEPS, 'the owner stays', ['_owner = msg.sender;', '']),
  mutant(STEPS, 'the event names the new owner twice', [
    'emit OwnershipTransferred(_owner, msg.sender);',
    'emit OwnershipTransferred(msg.sender, msg.sender);',
  ]),
  mutant(CANCEL, 'zero does not cancel', [PENDING, 'if (newOwner != address(0)) _pendingOwner = newOwner;']),
  mutant(CANCEL, 'cancelled means open to everybody', [
    ACCEPT,
    'if (_pendingOwner != address(0) && msg.sender != _pendingOwner) revert NotAllowed();',
  ]),
  mutant(CANCEL, 'the first named stays', [
    PENDING,
    'if (_pendingOwner == address(0) || newOwner == address(0)) _pendingOwner = newOwner;',
  ]),
]
const storage = [
  mutant('records can be proven from the block header', 'swapped mappings', ...MAPPINGS),
  mutant(
    'records can be proven from the block header',
    'a wider time',
    ['uint64 time; //', 'uint128 time; //'],
    [RECORD, RECORD.replace('uint64', 'uint128')],
    [STATUS_ANSWER, STATUS_ANSWER.replace('a.time', 'uint64(a.time)')],
  ),
]

export const MUTANTS: Mutant[] = [...deployment, ...anchoring, ...revoking, ...status, ...ownership, ...storage]
