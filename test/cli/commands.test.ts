import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commands } from '../../src/cli/commands.ts'
import type { ProbeAnswer } from '../../src/cli/context.ts'
import { runCommand } from '../../src/cli/run.ts'
import { loadConfig } from '../../src/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'testamur-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a command line against a configuration text; gives exit code and both outputs. */
async function run(line: string, config = '', answer: ProbeAnswer = { status: 200 }) {
  const out: string[] = []
  const err: string[] = []
  const probed: string[] = []
  const code = await runCommand(commands, line.split(' '), {
    version: '1.2.3',
    print: (text) => out.push(text),
    printError: (text) => err.push(text),
    loadConfig: () => loadConfig({ file: 't.toml', env: {}, readFile: () => config, exists: () => true }),
    probe: async (url) => {
      probed.push(url)
      return answer
    },
  })
  return { code, out: out.join('\n'), err: err.join('\n'), probed }
}

describe('init', () => {
  test('writes the example, for its owner alone, and check accepts it', async () => {
    const file = join(folder, 'new.toml')
    expect(await run(`init ${file}`)).toMatchObject({ code: 0, out: '' })
    const text = readFileSync(file, 'utf8')
    expect(text).toBe(readFileSync('config.example.toml', 'utf8'))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await run('check', text)).code).toBe(0)
  })

  test('never overwrites', async () => {
    const file = join(folder, 'old.toml')
    writeFileSync(file, 'mine')
    const { code, err } = await run(`init ${file}`)
    expect(code).toBe(1)
    expect(err).toContain('exists already')
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  test('says what is wrong with the place', async () => {
    expect(await run(`init ${folder}/none/x.toml`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('folder does not exist'),
    })
    expect((await run(`init ${folder}`)).code).toBe(1)
  })
})

describe('check', () => {
  test('says in a few lines what the configuration means', async () => {
    const { code, out } = await run(
      'check',
      '[mail]\nhost = "relay.example.org"\nfrom = "a@b.example"\nuser = "u"\npassword = "CANARY"',
    )
    expect(code).toBe(0)
    expect(out).toContain('relay.example.org:587 (starttls)')
    expect(out).not.toContain('CANARY')
  })

  test('exits with 78 and one line per mistake', async () => {
    const { code, out, err } = await run('check', '[log]\nlevle = 1\n[data]\ndir = 5')
    expect({ code, out }).toEqual({ code: 78, out: '' })
    expect(err.split('\n')).toEqual([
      't.toml:2: log.levle: unknown key, did you mean "level"?',
      't.toml:4: data.dir: wants a path, not 5',
    ])
  })

  test('--json is data in both cases', async () => {
    expect(JSON.parse((await run('check --json')).out)).toEqual({ valid: true, file: 't.toml', problems: [] })
    const { code, out } = await run('check --json', '[nothing]')
    expect(code).toBe(78)
    expect(JSON.parse(out)).toMatchObject({ valid: false, problems: [expect.stringContaining('unknown section')] })
  })
})

describe('healthcheck', () => {
  test.each([
    ['', 'http://127.0.0.1:8080/readyz'],
    ['[server]\nlisten = "0.0.0.0:81"', 'http://127.0.0.1:81/readyz'],
    ['[server]\nlisten = "[::]:82"', 'http://[::1]:82/readyz'],
    ['[server]\nlisten = "[fd00::1]:83"\ntls_cert_file = "c"\ntls_key_file = "k"', 'https://[fd00::1]:83/readyz'],
  ])('asks the configured address: %#', async (config, url) => {
    expect(await run('healthcheck', config)).toMatchObject({ code: 0, probed: [url], out: '' })
  })

  test('exits with 1 when it is not ready or not there, with 2 when nobody can know', async () => {
    expect(await run('healthcheck', '', { status: 503 })).toMatchObject({
      code: 1,
      err: expect.stringContaining('503'),
    })
    expect(await run('healthcheck', '', { error: 'refused' })).toMatchObject({
      code: 1,
      err: expect.stringContaining('refused'),
    })
    expect((await run('healthcheck', '[server]\nlisten = "127.0.0.1:0"')).code).toBe(2)
    expect((await run('healthcheck', '[x]')).code).toBe(78)
  })
})

test('version prints the version', async () => {
  expect(await run('version')).toMatchObject({ code: 0, out: 'testamur 1.2.3' })
  expect(await run('--version')).toMatchObject({ code: 0, out: 'testamur 1.2.3' })
  expect(JSON.parse((await run('version --json')).out)).toMatchObject({ version: '1.2.3' })
})

test('wrong usage is one line on standard error and exit code 2', async () => {
  expect(await run('chekc')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Did you mean "check"?') })
  expect((await run('check --nope')).code).toBe(2)
})

test('a mistake of the program itself is not swallowed', async () => {
  const broken = { ...commands[0]!, name: 'broken', run: () => Promise.reject(new Error('bug')) }
  const quiet = {
    version: '',
    print() {},
    printError() {},
    loadConfig: () => {
      throw new Error()
    },
    probe: async () => ({ status: 1 }),
  }
  let seen: unknown
  await runCommand([broken], ['broken'], quiet).catch((error) => (seen = error))
  expect(seen).toHaveProperty('message', 'bug')
})
