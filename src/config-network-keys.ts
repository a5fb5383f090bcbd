/** Keys of every [chain.<network>]. */
import { key, open } from './config-key.ts'
import { number, pattern, webAddresses, webAddressOrNone, wholeNumber, yesNo } from './config-kinds.ts'

export const networkKeys = {
  rpc_urls: key(
    webAddresses,
    [],
    'JSON-RPC addresses of nodes of this network, tried in order when one fails. They often hold an access key and are therefore never printed. In rpc_urls_file: one address per line.',
    { secret: true, sample: ['https://rpc.example.org'] },
  ),
  page_rpc_urls: key(
    webAddresses,
    [],
    'JSON-RPC addresses that the browser of a visitor may ask to check a certificate: https, open to scripts of other sites (CORS), and without an access key, for everybody sees them. Empty: the page says that the chain could not be checked; the signature still is.',
    { sample: ['https://public-rpc.example.org'] },
  ),
  contract: key(
    pattern('a contract address (0x and 40 hexadecimal digits), or ""', /^(0x[0-9a-fA-F]{40})?$/),
    '',
    'Address of the registry contract. Empty: it is deployed at first use and remembered.',
  ),
  owner: key(
    pattern('an account address (0x and 40 hexadecimal digits), or ""', /^(0x[0-9a-fA-F]{40})?$/),
    '',
    'Who owns a registry that this program deploys: the one who can let another account anchor. Name a hardware wallet or a multi-signature account on a chain of value. Empty: the account that deploys, which can hand it over later (testamur chain transfer).',
    { sample: '0x0123456789abcdef0123456789abcdef01234567' },
  ),
  confirmations: open(
    wholeNumber(1, 10_000),
    'How many blocks deep a transaction counts as confirmed. Left out: what is known to be safe for the network.',
    { sample: 64 },
  ),
  finalized_tag: open(
    yesNo,
    'Whether the block that the nodes call "finalized" has to cover a transaction too, before it counts as confirmed. Left out: as is right for the network; a node that does not know the tag is asked for the depth alone.',
    { sample: true },
  ),
  max_fee_gwei: open(
    number(0, 1_000_000),
    'Most that is paid per unit of gas. While the network asks for more, anchoring waits. Left out: the default of the network.',
    { sample: 1000 },
  ),
  min_tip_gwei: open(
    number(0, 1_000_000),
    'Smallest tip that the nodes of the network take. Left out: the default of the network.',
    { sample: 30 },
  ),
  daily_budget: key(
    number(0, 1_000_000_000),
    0,
    'Most that is spent on fees in 24 hours, in whole tokens of the network, like 0.05. When it is used up, anchoring waits. 0: no limit.',
  ),
  low_balance: key(
    wholeNumber(0, 1_000_000),
    50,
    'Warn when the account pays for fewer transactions than this at present prices.',
  ),
  explorer_url: open(
    webAddressOrNone,
    'Block explorer that certificate pages link to. Left out: the usual one of the network.',
    { sample: 'https://explorer.example.org' },
  ),
  chain_id: open(wholeNumber(1, 2_147_483_647), 'Only, and always, for a network that is not built in: its chain id.', {
    sample: 31337,
  }),
  legacy_fees: open(
    yesNo,
    'Only for a network that is not built in: true when it does not know EIP-1559 fees. Left out: false.',
    { sample: false },
  ),
}
