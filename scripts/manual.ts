/** `bun scripts/manual.ts` writes config.example.toml from the table of keys; test/config.test.ts fails when it is older. */
import { manual } from '../src/config-manual.ts'

await Bun.write('config.example.toml', manual())
