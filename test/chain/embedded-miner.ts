/** Child of the crash test: mines on the file given until it is killed, printing every acknowledged hash. */
import { EmbeddedChain } from '../../src/chain/embedded.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import { addressOf, randomHex, signRaw } from '../kit/chains.ts'

const [file, key] = process.argv.slice(2) as [string, string]
const chain = await EmbeddedChain.open({ file, installation: 'crash test', clock: systemClock })
let nonce = Number(await chain.request('eth_getTransactionCount', [addressOf(key), 'latest']))
for (;;) {
  const draft = {
    chainId: EMBEDDED_CHAIN_ID,
    nonce: nonce++,
    to: addressOf(key),
    data: `0x${randomHex()}`,
    gas: 30_000n,
  }
  process.stdout.write(`${String(await chain.request('eth_sendRawTransaction', [signRaw(key, draft)]))}\n`)
}
