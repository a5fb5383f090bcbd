import { ConfigError } from '../config.ts'
import { parseArguments } from './arguments.ts'
import { type CliContext, type Command, EXIT } from './context.ts'

/** Runs what argv says and resolves with the exit code. Errors become lines on standard error that a person can act on. */
export async function runCommand<Context extends CliContext>(
  commands: Command<Context>[],
  argv: string[],
  context: Context,
): Promise<number> {
  const parsed = parseArguments(commands, argv)
  if (parsed.kind === 'help') {
    context.print(parsed.text)
    return EXIT.done
  }
  if (parsed.kind === 'refused') {
    context.printError(`testamur: ${parsed.message}`)
    return EXIT.usage
  }
  try {
    return await parsed.command.run(context, parsed.arguments)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const line of error.lines) context.printError(line)
    return EXIT.configuration
  }
}
