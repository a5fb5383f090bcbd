/**
 * RDFC-1.0 canonical N-Quads of our credentials without a JSON-LD library, by the closed vocabulary. Whatever the tables
 * do not know is refused: a canonicalizer that skips a member lets anyone add unsigned content to a signed file.
 */
import { toHex } from './ids.ts'
import { iri, quoted, refuse, jcs, type Json, type JsonObject } from './n-quads.ts'
import type { Hash } from './ports.ts'
import { ASSERTION_METHOD, CONTEXTS, NODES, PROOF_LINK, RDF_TYPE, type NodeClass, type Term } from './vocabulary.ts'

export { jcs, NotCanonical, type Json, type JsonObject } from './n-quads.ts'

/** A line with one or two blank nodes: before, label of `first`, middle, label of `second` (none: -1), after. */
interface LinkedLine {
  before: string
  first: number
  middle: string
  second: number
  after: string
}
/** A node as the subject or object of a line: N-Quads text, or the number of a blank node. */
type NodeName = string | number

/** Lines of a dataset. `hashes[n]` is the first-degree hash of blank node n where it is known beforehand. */
export interface Quads {
  subject: NodeName
  /** Whether `plain` is in order already: the leaf's text takes over what was sorted for the signature. */
  sorted: boolean
  plain: string[]
  linked: LinkedLine[]
  blanks: number
  hashes: (string | undefined)[]
}
const emptyQuads = (): Quads => ({ subject: '', sorted: false, plain: [], linked: [], blanks: 0, hashes: [] })

const NO_BLANK = -1
const END = ' .\n'
const linked = (before: string, first: number, middle: string, second = NO_BLANK, after = ''): LinkedLine => ({
  before,
  first,
  middle,
  second,
  after,
})

function addPlain(quads: Quads, line: string): void {
  quads.sorted = false
  quads.plain.push(line)
}
function add(quads: Quads, subject: NodeName, predicate: string, object: NodeName, graph: number): void {
  const inGraph = graph !== NO_BLANK
  if (typeof subject === 'string' && typeof object === 'string') {
    const triple = subject + predicate + object
    if (inGraph) quads.linked.push(linked(`${triple} `, graph, END))
    else addPlain(quads, triple + END)
  } else if (typeof object === 'string') {
    const rest = predicate + object
    const line = inGraph
      ? linked('', subject as number, `${rest} `, graph, END)
      : linked('', subject as number, rest + END)
    quads.linked.push(line)
  } else if (inGraph) {
    refuse('a proof holds no nodes')
  } else if (typeof subject === 'string') {
    quads.linked.push(linked(subject + predicate, object, END))
  } else {
    quads.linked.push(linked('', subject, predicate, object, END))
  }
}

const asList = (value: Json): Json[] => (Array.isArray(value) ? value : [value])
const TOP_LEVEL = new Set(['@context', 'proof'])
const NOTHING_SKIPPED = new Set<string>()

/** Appends a node and everything below it; the name of the node comes back. */
function emit(json: JsonObject, of: NodeClass, quads: Quads, graph: number, skipped = NOTHING_SKIPPED): NodeName {
  const constant = constants.get(json)
  if (constant?.of === of && graph === NO_BLANK) return append(quads, constant.quads)
  const subject = json.id === undefined ? quads.blanks++ : iri(json.id)
  const types = json.type === undefined ? [] : asList(json.type)
  for (const name of of.required) if (!types.includes(name)) refuse(`missing type ${name}`)
  for (const type of types) {
    const address = typeof type === 'string' ? of.types.get(type) : undefined
    add(quads, subject, RDF_TYPE, address ?? refuse('unknown type'), graph)
  }
  for (const member of Object.keys(json)) {
    if (member === 'id' || member === 'type' || skipped.has(member)) continue
    const term = of.terms.get(member) ?? refuse(`unknown term ${member}`)
    const value = json[member]
    if (value === undefined) refuse(`undefined ${member}`)
    else if (term.kind === 'json') add(quads, subject, term.predicate, quoted(jcs(value), term.closing), graph)
    else if (Array.isArray(value))
      for (const one of value) add(quads, subject, term.predicate, object(one, term, quads, graph), graph)
    else add(quads, subject, term.predicate, object(value, term, quads, graph), graph)
  }
  return subject
}

function object(value: Json, term: Term, quads: Quads, graph: number): NodeName {
  switch (term.kind) {
    case 'text':
      return typeof value === 'string' ? quoted(value, term.closing) : refuse('not a text')
    case 'boolean':
      return typeof value === 'boolean' ? quoted(String(value), term.closing) : refuse('not a boolean')
    case 'iri':
      return iri(value)
    case 'purpose':
      return value === 'assertionMethod' ? ASSERTION_METHOD : refuse('not a known proof purpose')
    case 'node':
      if (term.orIri && typeof value === 'string') return iri(value)
      if (value === null || typeof value !== 'object' || Array.isArray(value)) return refuse('not a node')
      return emit(value, term.node, quads, graph)
    case 'json':
      return quoted(jcs(value), term.closing)
  }
}

// --- constant parts -------------------------------------------------------------------------------------------------

/** Lines of frozen nodes that many documents share, such as issuer and achievement. */
const constants = new WeakMap<object, { of: NodeClass; quads: Quads }>()

function deepFreeze<T extends JsonObject>(json: T): T {
  for (const value of Object.values(json))
    if (value !== null && typeof value === 'object') deepFreeze(value as JsonObject)
  return Object.freeze(json)
}

/**
 * Freezes a node with an id and remembers its lines, so that documents holding this very object need not read it again. The
 * result is the same bytes: what is frozen cannot differ from its lines, and a copy of it is read the plain way.
 */
export function constantNode<T extends JsonObject>(json: T, kind: 'Profile' | 'Achievement', hash: Hash): T {
  if (typeof json.id !== 'string') refuse('a constant node needs an id')
  const quads = emptyQuads()
  quads.subject = emit(json, NODES[kind], quads, NO_BLANK)
  fillHashes(quads, hash)
  constants.set(deepFreeze(json), { of: NODES[kind], quads })
  return json
}

/** Was it made by `constantNode`? Then it is frozen, and what was found out about it stays true. */
export const isConstantNode = (json: unknown): json is JsonObject => constants.has(json as object)

function append(quads: Quads, part: Quads): NodeName {
  const shift = quads.blanks
  for (const line of part.plain) addPlain(quads, line)
  for (const line of part.linked) {
    const second = line.second === NO_BLANK ? NO_BLANK : line.second + shift
    quads.linked.push(linked(line.before, line.first + shift, line.middle, second, line.after))
  }
  for (let blank = 0; blank < part.blanks; blank++) quads.hashes[blank + shift] = part.hashes[blank]
  quads.blanks += part.blanks
  return part.subject
}

// --- RDFC-1.0, as far as blank nodes have first-degree hashes of their own --------------------------------------------

const encoder = new TextEncoder()
/** UTF-8 of a canonical text, ready to be hashed. */
export const utf8 = (text: string) => encoder.encode(text)

/** Both in order by UTF-16 unit, as rdf-canonize sorts; every literal of ours stands alone under its predicate. */
function mergedText(plain: readonly string[], linked: readonly string[]): string {
  let text = ''
  let last = ''
  let at = 0
  const take = (line: string) => {
    if (line !== last) text += line
    last = line
  }
  for (const line of plain) {
    while (at < linked.length && linked[at]! < line) take(linked[at++]!)
    take(line)
  }
  while (at < linked.length) take(linked[at++]!)
  return text
}

const render = (line: LinkedLine, labels: (blank: number) => string) =>
  line.second === NO_BLANK
    ? line.before + labels(line.first) + line.middle
    : line.before + labels(line.first) + line.middle + labels(line.second) + line.after

function fillHashes(quads: Quads, hash: Hash): void {
  for (let blank = 0; blank < quads.blanks; blank++) {
    if (quads.hashes[blank] !== undefined) continue
    const lines: string[] = []
    for (const line of quads.linked) {
      if (line.first === blank || line.second === blank) lines.push(render(line, (b) => (b === blank ? '_:a' : '_:z')))
    }
    quads.hashes[blank] = toHex(hash.sha256(utf8(mergedText([], lines.sort()))))
  }
}

/** The canonical N-Quads. Throws when two blank nodes cannot be told apart by what stands directly at them. */
export function canonicalText(quads: Quads, hash: Hash): string {
  fillHashes(quads, hash)
  const order = Array.from(quads.hashes.keys()).sort((a, b) => (quads.hashes[a]! < quads.hashes[b]! ? -1 : 1))
  const labels: string[] = []
  order.forEach((blank, position) => {
    if (position > 0 && quads.hashes[blank] === quads.hashes[order[position - 1]!])
      refuse('indistinguishable blank nodes')
    labels[blank] = `_:c14n${position}`
  })
  if (!quads.sorted) quads.plain.sort()
  quads.sorted = true
  const lines = quads.linked.map((line) => render(line, (blank) => labels[blank]!))
  return mergedText(quads.plain, lines.sort())
}

const contextKeys = Object.entries(CONTEXTS).map(([name, context]) => [JSON.stringify(context), name] as const)
const contextNames = new Map<string, string>(contextKeys)
/** Our own documents hold these very objects. */
const contextObjects = new Map<unknown, string>(Object.entries(CONTEXTS).map(([name, context]) => [context, name]))

/** Which of the known contexts a document has; undefined for any other. */
export const contextOf = (document: JsonObject) =>
  (contextObjects.get(document['@context']) ?? contextNames.get(JSON.stringify(document['@context']) ?? '')) as
    keyof typeof CONTEXTS | undefined

/** Lines of a certificate or status list without its proofs. Throws `NotCanonical`. */
export function documentQuads(document: JsonObject): Quads {
  const context = contextOf(document) ?? refuse('unexpected @context')
  const badge = context === 'badge' || context === 'badgeWithFields'
  const quads = emptyQuads()
  quads.subject = emit(document, badge ? NODES.Badge : NODES.StatusListCredential, quads, NO_BLANK, TOP_LEVEL)
  const subject = document.credentialSubject
  const hasFields = asList(subject ?? null).some((one) => one !== null && typeof one === 'object' && 'fields' in one)
  if (hasFields && context !== 'badgeWithFields') refuse('fields without their context')
  return quads
}

/** The same lines with proofs as named graphs. What was computed for `document` is used again, not changed. */
export function withProofs(document: Quads, proofs: JsonObject[]): Quads {
  const quads: Quads = {
    ...document,
    plain: document.plain.slice(),
    linked: document.linked.slice(),
    // A proof hangs on the credential: only a credential that is a blank node itself gets another hash by it.
    hashes: typeof document.subject === 'string' ? document.hashes.slice() : [],
  }
  for (const proof of proofs) {
    const graph = quads.blanks++
    add(quads, quads.subject, PROOF_LINK, graph, NO_BLANK)
    emit(proof, NODES.Proof, quads, graph)
  }
  return quads
}

/** N-Quads of a document with the given proofs; its own `proof` member is not looked at. Throws `NotCanonical`. */
export function canonicalDocument(document: JsonObject, hash: Hash, proofs: JsonObject[] = []): string {
  return canonicalText(withProofs(documentQuads(document), proofs), hash)
}

/** N-Quads of a proof configuration, which is a proof without its proofValue. Throws `NotCanonical`. */
export function canonicalProofConfig(config: JsonObject, hash: Hash): string {
  const quads = emptyQuads()
  quads.subject = emit(config, NODES.Proof, quads, NO_BLANK)
  return canonicalText(quads, hash)
}
