/** Whatever keeps the program from starting is one line on standard error that a person can act on, and an exit code. */
import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Binary, newFolder, OTHER_USER, runBinary, until, type Finished } from '../kit/binary.ts'

const folders: string[] = []
const folder = () => {
  const made = newFolder(OTHER_USER)
  folders.push(made)
  return made
}
afterAll(() => folders.forEach((path) => rmSync(path, { recursive: true, force: true })))

const uid = OTHER_USER === undefined ? {} : { uid: OTHER_USER }
const serve = (dir: string, config: string): Promise<Finished> => {
  writeFileSync(join(dir, 't.toml'), config)
  return runBinary(['serve', '--config', 't.toml'], { dir, ...uid })
}
/** Exit code and the only line, which holds no stack and no text of a library. */
function oneLine({ code, out, err }: Finished): { code: number; line: string } {
  expect({ out, lines: err.trimEnd().split('\n').length }).toEqual({ out: '', lines: 1 })
  expect(err).not.toMatch(/ at .*:\d+:\d+|Error:|node_modules|SQLITE_/)
  return { code, line: err.trimEnd() }
}
const LISTEN = '[server]\nlisten = "127.0.0.1:0"\n'

describe('the configuration', () => {
  test.each([
    ['a wrong key', '[server]\nlistn = "127.0.0.1:0"\n', 't.toml:2: server.listn: unknown key, did you mean "listen"?'],
    ['a wrong type', '[log]\nlevel = "info"\n[data]\ndir = 5\n', 't.toml:4: data.dir: wants a path, not 5'],
    ['a wrong section', '[severs]\n', 't.toml:1: unknown section "severs", did you mean "server"?'],
    ['no TOML', '[server\n', 't.toml:1:'],
    ['a file that is not there', '[chain]\nkey_file = "none.json"\n', 't.toml:2: chain.key_file:'],
  ])('%s: file, line, key and cure, exit code 78', async (_what, config, says) => {
    const { code, line } = oneLine(await serve(folder(), config))
    expect(code).toBe(78)
    expect(line).toStartWith(says)
  })

  test('not there: exit code 78', async () => {
    const { code, line } = oneLine(await runBinary(['serve', '--config', 'none.toml'], { dir: folder() }))
    expect(code).toBe(78)
    expect(line).toBe('none.toml: there is no such file (named by --config); "testamur init" writes one')
  })

  test('wrong in the environment: the variable is named', async () => {
    const env = { TESTAMUR_SERVER__LISTEN: 'nonsense' }
    const { code, line } = oneLine(await runBinary(['serve'], { dir: folder(), env }))
    expect(code).toBe(78)
    expect(line).toContain('TESTAMUR_SERVER__LISTEN')
  })

  test('several mistakes are told in one go, a line each; check says the same', async () => {
    const dir = folder()
    const { code, err } = await serve(dir, '[server]\nlistn = "x"\n[data]\ndir = 5\n')
    expect({ code, lines: err.trimEnd().split('\n').length }).toEqual({ code: 78, lines: 2 })
    expect(await runBinary(['check', '--config', 't.toml'], { dir })).toEqual({ code: 78, out: '', err })
  })

  test('what init writes is accepted as it is', async () => {
    const dir = folder()
    expect((await runBinary(['init'], { dir, ...uid })).code).toBe(0)
    expect((await runBinary(['check'], { dir, ...uid })).code).toBe(0)
  })
})

describe('the command line', () => {
  test.each([
    [['sevre'], 'unknown command "sevre". Did you mean "serve"?'],
    [['serve', '--quikstart'], 'unknown flag --quikstart. Did you mean "--quickstart"?'],
    [['keys'], 'keys: what?'],
    [[], 'which command?'],
  ])('%p: exit code 2 and a hint', async (argv, says) => {
    const { code, line } = oneLine(await runBinary(argv, { dir: folder() }))
    expect(code).toBe(2)
    expect(line).toContain(says)
  })
})

describe('the port', () => {
  test('in use: exit code 1, and the address is named', async () => {
    const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('') })
    const { code, line } = oneLine(await serve(folder(), `[server]\nlisten = "127.0.0.1:${server.port}"\n`))
    expect({ code, named: line.includes(`127.0.0.1:${server.port}`) }).toEqual({ code: 1, named: true })
    expect(line).toContain('in use')
    await server.stop(true)
  })

  test('of another machine: exit code 1, and the address is named', async () => {
    const { code, line } = oneLine(await serve(folder(), '[server]\nlisten = "192.0.2.1:8080"\n'))
    expect({ code, named: line.includes('192.0.2.1:8080') }).toEqual({ code: 1, named: true })
  })

  test('nobody answers there: healthcheck says so', async () => {
    const dir = folder()
    const config = `[server]\nlisten = "127.0.0.1:9"\n`
    writeFileSync(join(dir, 't.toml'), config)
    const { code, line } = oneLine(await runBinary(['healthcheck', '--config', 't.toml'], { dir }))
    expect(code).toBe(1)
    expect(line).toContain('not ready')
  })
})

describe('the data folder', () => {
  test('not writable: exit code 78', async () => {
    const dir = folder()
    const data = join(dir, 'data')
    mkdirSync(data)
    if (OTHER_USER !== undefined) chownSync(data, 0, 0)
    chmodSync(data, 0o555)
    const { code, line } = oneLine(await serve(dir, LISTEN))
    expect(code).toBe(78)
    expect(line).toContain('cannot write to')
    expect(line).toContain('[data] dir')
  })

  test('a file, or where none can be made: exit code 78', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'data'), 'a file')
    expect(oneLine(await serve(dir, LISTEN)).code).toBe(78)
    expect(oneLine(await serve(dir, `${LISTEN}[data]\ndir = "/proc/none"\n`)).code).toBe(78)
  })

  test('no database but something else: said so, and left as it is', async () => {
    const dir = folder()
    mkdirSync(join(dir, 'data'))
    const file = join(dir, 'data/testamur.db')
    writeFileSync(file, 'this is no database, '.repeat(500))
    for (const path of [join(dir, 'data'), file]) if (OTHER_USER !== undefined) chownSync(path, OTHER_USER, OTHER_USER)
    const { code, line } = oneLine(await serve(dir, LISTEN))
    expect(code).toBe(1)
    expect(line).toContain('damaged')
    expect(statSync(file).size).toBe('this is no database, '.length * 500)
  })
})

describe('a folder with data', () => {
  const app = new Binary()
  beforeAll(async () => void (await app.start()), 60_000)
  afterAll(async () => {
    await app.discard()
    rmSync(app.dir, { recursive: true, force: true })
  })
  /** The folder as it is after a stop, under another name. */
  async function copyOf(): Promise<string> {
    const dir = newFolder()
    folders.push(dir)
    await app.stop()
    cpSync(app.dataDir, join(dir, 'data'), { recursive: true })
    await app.start()
    return dir
  }
  const start = (dir: string) => {
    writeFileSync(join(dir, 't.toml'), LISTEN)
    return runBinary(['serve', '--config', 't.toml'], { dir })
  }

  test('used by another process: exit code 1; the other is not disturbed', async () => {
    const { code, line } = oneLine(await start(app.dir))
    expect(code).toBe(1)
    expect(line).toContain('is used by another testamur process')
    expect((await app.api('GET', '/readyz')).status).toBe(200)
  })

  test('free again the moment that process is killed', async () => {
    await app.kill()
    await app.start()
  })

  test('of a newer release: exit code 78, and nothing is changed', async () => {
    const dir = await copyOf()
    const file = join(dir, 'data/testamur.db')
    const db = new Database(file)
    db.run('pragma user_version = 999')
    db.close()
    const { code, line } = oneLine(await start(dir))
    expect(code).toBe(78)
    expect(line).toContain('schema 999')
    expect(line).toContain('newer testamur')
    expect(oneLine(await runBinary(['keys', 'create', '--name', 'x'], { dir })).code).toBe(78)
    const after = new Database(file, { readonly: true })
    expect(after.query('pragma user_version').values()).toEqual([[999]])
    after.close()
  })

  test('with an embedded chain older than the database: exit code 1, before anything is sent', async () => {
    const older = await copyOf()
    app.key = await app.createKey('--scope', 'admin', '--plan', 'enterprise')
    const fields = [{ key: 'course', label: 'Course', type: 'text', required: true }]
    expect((await app.api('POST', '/v1/templates', { name: 'C', slug: 'c', fields })).status).toBe(201)
    const recipient = { name: 'Maria', email: 'maria@example.org' }
    const issued = await app.api('POST', '/v1/certificates', { template_id: 'c', recipient, fields: { course: 'x' } })
    expect(issued.json.status).toBe('issued')
    const newer = await copyOf()
    copyFileSync(join(older, 'data/chain.db'), join(newer, 'data/chain.db'))
    const { code, line } = oneLine(await start(newer))
    expect(code).toBe(1)
    expect(line).toContain('chain.db) is older than the database')
    expect(line).toContain('same backup')
  }, 60_000)

  test('with a chain newer than the database nothing is wrong', async () => {
    const older = await copyOf()
    const recipient = { name: 'Maria', email: 'maria@example.org' }
    const body = { template_id: 'c', recipient, fields: { course: 'y' } }
    expect((await app.api('POST', '/v1/certificates', body)).json.status).toBe('issued')
    const newer = await copyOf()
    copyFileSync(join(newer, 'data/chain.db'), join(older, 'data/chain.db'))
    const restored = new Binary({ dir: older })
    try {
      await restored.start()
      restored.key = app.key
      const again = await restored.api('POST', '/v1/certificates', body)
      expect(again.json).toMatchObject({ status: 'issued', blockchain: { confirmed: true } })
    } finally {
      await restored.discard()
    }
  }, 60_000)

  test('without its keys: exit code 78, and no new ones are made beside certificates that exist', async () => {
    const dir = await copyOf()
    rmSync(join(dir, 'data/keys/master.key'))
    const { code, line } = oneLine(await start(dir))
    expect(code).toBe(78)
    expect(line).toContain('master.key')
    expect(statSync(join(dir, 'data/keys')).isDirectory()).toBe(true)
    expect(await Bun.file(join(dir, 'data/keys/master.key')).exists()).toBe(false)
  })

  test('SIGINT ends it like SIGTERM', async () => {
    process.kill(app.pid, 'SIGINT')
    expect(await app.ended).toBe(0)
    await app.start()
    await until('ready', async () => (await app.api('GET', '/readyz')).status === 200)
  })
})

describe('keys under a password', () => {
  test('open with it and with nothing else: exit code 78 without it and with another, and it stands in no file', async () => {
    const password = 'correct horse battery'
    const locked = new Binary({ env: { TESTAMUR_CHAIN__KEY_PASSWORD: password } })
    folders.push(locked.dir)
    await locked.start()
    await locked.stop()
    const serveWith = (env: Record<string, string>) =>
      runBinary(['serve', '--config', locked.configFile], { dir: locked.dir, env })
    for (const env of [{}, { TESTAMUR_CHAIN__KEY_PASSWORD: 'another' }]) {
      const { code, line } = oneLine(await serveWith(env as Record<string, string>))
      expect(code).toBe(78)
      expect(line).toContain('issuer.json')
    }
    await locked.start() // and the right one still opens them
    await locked.stop()
    const files = ['testamur.db', 'keys/issuer.json', 'keys/ethereum.json']
      .map((name) => locked.dataFile(name))
      .join('')
    expect(files.length).toBeGreaterThan(1_000)
    expect(files).not.toContain(password)
    expect(await Bun.file(join(locked.dataDir, 'keys/master.key')).exists()).toBe(false)
  }, 60_000)
})
