/** R6, R14, R15, R16 and R10: how code is shaped. */
import { type File, type Rule, codeOf, isCode } from './files.ts'

const MAX_FILE = 300
const MAX_FUNCTION = 60

/** The code is formatted, so a function ends at the first closing brace with the indent of its first line. */
function functionsIn(text: string): Array<{ line: number; length: number }> {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    const isHead =
      /(=>|\)(: [^=;]+)?) \{$/.test(line) && !/^\s*(\} )?(if|for|while|switch|else|catch|try|do)\b/.test(line)
    if (!isHead) return []
    const indent = /^\s*/.exec(line)![0]
    const end = lines.findIndex((later, index) => index > start && later.startsWith(`${indent}}`))
    // A head over several lines begins where its bracket opened, at the same indent.
    let first = start
    while (first > 0 && /^\s*\)/.test(lines[first]!) && !new RegExp(`^${indent}[^\\s)].*\\($`).test(lines[first]!))
      first--
    return end < 0 ? [] : [{ line: first + 1, length: end - first + 1 }]
  })
}

export const filesAreShort: Rule = (files) =>
  files
    .filter((file) => isCode(file) || /^scripts\/.*\.(ts|mjs)$/.test(file.path))
    .filter(({ text }) => text.trimEnd().split('\n').length > MAX_FILE)
    .map(({ path, text }) => `${path} has ${text.trimEnd().split('\n').length} lines`)

export const functionsAreShort: Rule = (files) =>
  files
    .filter((file) => isCode(file) || /^scripts\/.*\.(ts|mjs)$/.test(file.path))
    .flatMap(({ path, text }) =>
      functionsIn(text)
        .filter(({ length }) => length > MAX_FUNCTION)
        .map(({ line, length }) => `${path}:${line} has a function of ${length} lines`),
    )

/** A caller must not be able to tell which database answers. Waking and closing hooks give nothing back and may be plain. */
export const theStoreIsAsync: Rule = (files) =>
  files
    .filter(({ path }) => /^src\/store\/store[\w-]*\.ts$/.test(path))
    .flatMap(({ path, text }) =>
      [
        ...text.matchAll(
          /^  (?!(?:private|protected|return|if|for|while|switch|constructor|get|static)\b)(?:async )?(\w+)(?:<[^>]*>)?\([^\n]*\)(: [^{\n]+)?( \{)?$/gm,
        ),
      ]
        .filter(
          ([line, , type = '']) =>
            !/^  async /.test(line) && !/Promise</.test(type) && !/: (void|\(\) => void)( \{)?$/.test(line),
        )
        .map(([, name]) => `${path}: ${name}() is not async`),
    )

/** Two commits in one action could be torn apart by a crash. */
export const actionsCommitOnce: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('src/actions/'))
    .flatMap(({ path, text }) =>
      [
        ...codeOf(text).matchAll(
          /^export (?:async )?(?:function\*? |const )(\w+)([\s\S]*?)(?=^\}|^(?:export|const|function|async)\b)/gm,
        ),
      ]
        .filter(([, , body = '']) => [...body.matchAll(/\.commit\(/g)].length > 1)
        .map(([, name]) => `${path}: ${name} commits more than once`),
    )

/** Elysia reads the source of a handler: a one-letter context or a rest parameter makes it guess wrong. */
const ROUTE = /\.(get|post|put|patch|delete|head|options|all|route)\(\s*['"`](?=['"`/])/
const HOOK =
  /\.(onError|onRequest|onParse|onTransform|onBeforeHandle|onAfterHandle|onAfterResponse|mapResponse|resolve|derive)\(/
const HANDLER = new RegExp(`(?=${ROUTE.source})|(?=${HOOK.source})`)
export const handlersNameWhatTheyTake: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('src/http/'))
    .flatMap(({ path, text }) =>
      codeOf(text)
        .split(HANDLER)
        .filter((part) => part !== undefined && (ROUTE.exec(part)?.index === 0 || HOOK.exec(part)?.index === 0))
        .map((part) => part.slice(0, 400).split('=>')[0]!)
        .filter((head) => /\(\s*\{[^}]*\.\.\./.test(head) || /[(,]\s*(async\s+)?\(?\s*[a-z]\s*\)?\s*$/.test(head))
        .map((head) => `${path} has a handler that does not name what it takes: ${head.trim().slice(0, 60)}`),
    )

/** Tests wait for what happens, not for time to pass; they take free ports; none is left out. */
const IDLE: Array<[RegExp, string]> = [
  [/\bBun\.sleep(Sync)?\(|(?<!\.)\bsetTimeout\(|from 'node:timers/, 'sleeps'],
  [/\b(listen|serve)\(\s*\{[^}]*\bport:\s*[1-9]|\.listen\(\s*[1-9]\d+/, 'takes a fixed port'],
  [/\b(test|it|describe)\.(skip|only|todo)\b|\b(test|it|describe)\.(skipIf|todoIf)\(/, 'leaves tests out'],
]
export const testsDoNotWait: Rule = (files) =>
  files
    .filter(({ path }) => /^test\/.*\.tsx?$/.test(path) && !/^test\/(kit|house|oracles)\//.test(path))
    .filter(({ path }) => path !== 'test/house.test.ts')
    .flatMap(({ path, text }) =>
      IDLE.filter(([pattern]) => pattern.test(codeOf(text))).map(([, what]) => `${path} ${what}`),
    )

/** Unfinished work is an issue, not a comment. */
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X'.repeat(3)].join('|')})\\b`)
export const nothingIsUnfinished: Rule = (files) =>
  files
    .filter(({ path }) => /\.(tsx?|mjs|sql|sol|css)$/.test(path))
    .filter(({ text }) => UNFINISHED.test(text))
    .map(({ path }) => `${path} has unfinished work`)

const at = (path: string, text: string): File => ({ path, text })
const long = (head: string) => `${head}\n${'  step()\n'.repeat(70)}}\n`
export const planted: Array<[name: string, rule: Rule, violation: File]> = [
  ['R6 files are short', filesAreShort, at('src/domain/bad.ts', 'x()\n'.repeat(301))],
  ['R6 functions are short', functionsAreShort, at('src/domain/bad.ts', long('export function long() {'))],
  [
    'R6 arrows and methods too',
    functionsAreShort,
    at('src/domain/bad.ts', long('const long = async (one: string): Promise<void> => {')),
  ],
  [
    'R6 heads over several lines too',
    functionsAreShort,
    at('src/domain/bad.ts', long('function long(\n  one: string,\n): void {')),
  ],
  ['R10 tests do not sleep', testsDoNotWait, at('test/bad.test.ts', 'await Bun.sleep(5)')],
  ['R10 tests take free ports', testsDoNotWait, at('test/bad.test.ts', 'Bun.serve({ hostname: h, port: 8080 })')],
  ['R10 no test is left out', testsDoNotWait, at('test/bad.test.ts', `test.${'skip'}('x', () => {})`)],
  [
    'R14 the store is async',
    theStoreIsAsync,
    at('src/store/store.ts', 'class Store {\n  certificate(id: string): Certificate {\n  }\n}'),
  ],
  [
    'R14 its interface too',
    theStoreIsAsync,
    at('src/store/store.ts', 'interface Store {\n  certificate(id: string): Certificate\n}'),
  ],
  [
    'R15 an action commits once',
    actionsCommitOnce,
    at('src/actions/bad.ts', 'export async function twice() {\n  store.commit(a)\n  store.commit(b)\n}\n'),
  ],
  [
    'R16 a handler has no one-letter context',
    handlersNameWhatTheyTake,
    at('src/http/bad.ts', `app.get('/x', c => c.id)`),
  ],
  [
    'R16 nor with a bracket or async',
    handlersNameWhatTheyTake,
    at('src/http/bad.ts', `app.resolve(async (c) => c.id)`),
  ],
  ['R16 nor a rest', handlersNameWhatTheyTake, at('src/http/bad.ts', `app.onError(({ error, ...other }) => other)`)],
  ['nothing is unfinished', nothingIsUnfinished, at('src/domain/bad.ts', `// ${'TO' + 'DO'} later`)],
]

/** What the rules must let pass. */
export const allowed: Array<[name: string, rule: Rule, file: File]> = [
  [
    'a handler with names',
    handlersNameWhatTheyTake,
    at('src/http/good.ts', `app.get('/x', ({ params, set }) => params.map((x) => x))`),
  ],
  ['a Map that is read', handlersNameWhatTheyTake, at('src/http/good.ts', `seen.get(key).map((x) => x.id)`)],
  [
    'a function of sixty lines',
    functionsAreShort,
    at('src/domain/good.ts', `function fits() {\n${'  step()\n'.repeat(58)}}\n`),
  ],
  [
    'a store that promises',
    theStoreIsAsync,
    at(
      'src/store/store.ts',
      'interface Store {\n  job(id: string): Promise<Job>\n  onCommit(listener: () => void): () => void\n}',
    ),
  ],
  [
    'one commit in each of two actions',
    actionsCommitOnce,
    at(
      'src/actions/good.ts',
      'export async function one() {\n  store.commit(a)\n}\nexport async function two() {\n  store.commit(b)\n}\n',
    ),
  ],
  ['a server on a free port', testsDoNotWait, at('test/good.test.ts', 'Bun.serve({ port: 0 })')],
]
