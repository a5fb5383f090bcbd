import { writeFileSync } from 'node:fs'
import example from '../../config.example.toml' with { type: 'text' }
import { type Command, EXIT } from './context.ts'

export const init: Command = {
  name: 'init',
  summary: 'write an example configuration with every setting explained',
  description: [
    'Writes FILE (./testamur.toml unless named), readable by its owner alone. A file that exists is never touched.',
  ],
  flags: [],
  positionals: [{ name: 'FILE', required: false }],
  async run({ printError }, { positionals }) {
    const file = positionals[0] ?? './testamur.toml'
    try {
      // wx: the system itself refuses when the file exists, so nothing can be overwritten between a look and a write.
      writeFileSync(file, example, { flag: 'wx', mode: 0o600 })
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      const reasons: Record<string, string> = {
        EEXIST: 'exists already and was left as it is; name another file',
        ENOENT: 'cannot be written: its folder does not exist',
        ENOTDIR: 'cannot be written: its folder is a file',
        EACCES: 'cannot be written: permission denied',
        EROFS: 'cannot be written: the disk is read-only',
        EISDIR: 'is a folder; name a file',
      }
      printError(`testamur: ${file} ${reasons[code ?? ''] ?? `cannot be written (${code ?? 'unknown reason'})`}`)
      return EXIT.failed
    }
    printError(`wrote ${file}; "testamur check --config ${file}" checks it after a change`)
    return EXIT.done
  },
}
