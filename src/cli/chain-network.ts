/** What the chain commands have in common. */
import { didYouMean } from '../domain/suggest.ts'
import { AppError } from '../domain/errors.ts'
import { ChainRefused, ChainUnavailable } from '../domain/ports.ts'
import type { AppContext, NetworksContext } from './app-context.ts'
import type { Arguments, Flag } from './arguments.ts'
import { EXIT, type CliContext } from './context.ts'

export const NETWORK_FLAG: Flag = { name: 'network', value: 'N', summary: 'which network (default: [chain] default)' }

/** The network that was named, or the default one; undefined after a line that says what is wrong. */
export function networkNamed(
  { chains, appliance }: NetworksContext,
  given: Arguments,
  context: CliContext,
): string | undefined {
  const name = given.value('network') ?? appliance.defaultNetwork
  if (chains.get(name)) return name
  const names = chains.all().map(({ network }) => network)
  context.printError(
    `testamur: network "${name}" is not configured (configured: ${names.join(', ')}).${didYouMean(name, names)} A network has a section [chain.${name}] with rpc_urls.`,
  )
  return undefined
}

/** Opens the networks for a command about one of them; what a person can cure becomes one line. */
export async function onNetwork(
  context: AppContext,
  given: Arguments,
  run: (networks: NetworksContext, network: string) => Promise<number>,
): Promise<number> {
  const config = context.loadConfig(given.value('config'))
  return context.withNetworks(config, async (networks) => {
    const network = networkNamed(networks, given, context)
    if (network === undefined) return EXIT.usage
    try {
      return await run(networks, network)
    } catch (error) {
      const isOrdinary = error instanceof AppError || error instanceof ChainUnavailable || error instanceof ChainRefused
      if (!isOrdinary) throw error
      context.printError(
        error instanceof ChainUnavailable && networks.chains.get(network)?.embedded
          ? 'testamur: the embedded chain does not answer: start "testamur serve" first'
          : `testamur: ${error.message}`,
      )
      return EXIT.failed
    }
  })
}

/** What a person has to give; one wrong digit is found before it is signed for ever. */
export const AN_ADDRESS = '0x and 40 hexadecimal digits, copied exactly (capital letters are a checksum)'

export const SENT_BY_SERVER =
  'The server sends it: within seconds where it runs, else when it starts. "testamur chain status" shows how it goes.'

/** Text in lines of at most so many columns, those after the first indented. */
export function wrap(text: string, indent: number, width = 100): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last !== '' && indent + last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}
