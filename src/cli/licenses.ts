import { type Command, EXIT } from './context.ts'
import notices from './licenses.txt' with { type: 'text' }

export const licenses: Command = {
  name: 'licenses',
  summary: 'print the licences of Testamur and of everything inside it',
  flags: [],
  positionals: [],
  async run({ print }) {
    print(notices.trimEnd())
    return EXIT.done
  },
}
