/** SVG path data, read strictly, as absolute moves, lines and cubic curves. */
import { RenderRefused } from '../domain/ports.ts'
import { ByteCache } from './byte-cache.ts'
import type { Box, PathStep } from './display-list.ts'
import { arcCurves } from './paths-arc.ts'

const MAX_LENGTH = 400_000
const MAX_STEPS = 50_000
const MAX_NUMBER = 1e6
/** Command → how many numbers it takes. */
const TAKES: Record<string, number> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 }
const TOKEN = /[\s,]*([a-zA-Z]|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y
/** In an arc the two flags may stand without anything between them and the next number. */
const FLAG = /[\s,]*([01])/y
const END = /\s*$/y

/** Where the pen is and what the next smooth curve starts from. */
interface Pen {
  x: number
  y: number
  startX: number
  startY: number
  /** Last control point of a C or S, or of a Q or T; null after anything else. */
  cubic: [number, number] | null
  quadratic: [number, number] | null
}

class Reader {
  private at = 0
  constructor(private readonly text: string) {}

  private fail(): never {
    const near = this.text.slice(this.at, this.at + 20)
    throw new RenderRefused(`the path data cannot be read at position ${this.at}, near "${near}"`)
  }
  private read(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const token = pattern.exec(this.text)?.[1]
    if (token !== undefined) this.at = pattern.lastIndex
    return token
  }
  get atEnd(): boolean {
    END.lastIndex = this.at
    return END.test(this.text)
  }
  /** The next command letter; undefined when numbers go on, which repeats the last one. */
  command(): string | undefined {
    const before = this.at
    const token = this.read(TOKEN) ?? this.fail()
    if (/[a-zA-Z]/.test(token[0]!)) return token.toUpperCase() in TAKES ? token : this.failAt(before)
    this.at = before
    return undefined
  }
  private failAt(position: number): never {
    this.at = position
    return this.fail()
  }
  number(): number {
    const before = this.at
    const value = Number(this.read(TOKEN) ?? this.fail())
    return Number.isFinite(value) && Math.abs(value) <= MAX_NUMBER ? value : this.failAt(before)
  }
  flag(): number {
    return Number(this.read(FLAG) ?? this.fail())
  }
  numbers(command: string): number[] {
    const takesFlags = command === 'A'
    return Array.from({ length: TAKES[command]! }, (_, index) =>
      takesFlags && (index === 3 || index === 4) ? this.flag() : this.number(),
    )
  }
}

/** A quadratic curve is a cubic one with its control points two thirds of the way. */
const fromQuadratic = (pen: Pen, [qx, qy]: [number, number], x: number, y: number): PathStep => [
  'C',
  pen.x + (2 / 3) * (qx - pen.x),
  pen.y + (2 / 3) * (qy - pen.y),
  x + (2 / 3) * (qx - x),
  y + (2 / 3) * (qy - y),
  x,
  y,
]
const mirrored = (pen: Pen, control: [number, number] | null): [number, number] =>
  control ? [2 * pen.x - control[0], 2 * pen.y - control[1]] : [pen.x, pen.y]

/** Absolute numbers of a command that was given relative to the pen. */
function absolute(command: string, numbers: number[], pen: Pen): number[] {
  if (command === 'H') return numbers.map((x) => x + pen.x)
  if (command === 'V') return numbers.map((y) => y + pen.y)
  if (command === 'A')
    return numbers.map((value, index) => (index === 5 ? value + pen.x : index === 6 ? value + pen.y : value))
  return numbers.map((value, index) => value + (index % 2 === 0 ? pen.x : pen.y))
}

type Curve = { steps: PathStep[]; cubic?: [number, number]; quadratic?: [number, number] }
type Draw = (pen: Pen, numbers: number[]) => Curve

/** What each command draws from absolute numbers. */
const DRAW: Record<string, Draw> = {
  M: (_, [x, y]) => ({ steps: [['M', x!, y!]] }),
  L: (_, [x, y]) => ({ steps: [['L', x!, y!]] }),
  H: (pen, [x]) => ({ steps: [['L', x!, pen.y]] }),
  V: (pen, [y]) => ({ steps: [['L', pen.x, y!]] }),
  C: (_, [ax, ay, bx, by, x, y]) => ({ steps: [['C', ax!, ay!, bx!, by!, x!, y!]], cubic: [bx!, by!] }),
  S: (pen, [bx, by, x, y]) => {
    const [ax, ay] = mirrored(pen, pen.cubic)
    return { steps: [['C', ax, ay, bx!, by!, x!, y!]], cubic: [bx!, by!] }
  },
  Q: (pen, [qx, qy, x, y]) => ({ steps: [fromQuadratic(pen, [qx!, qy!], x!, y!)], quadratic: [qx!, qy!] }),
  T: (pen, [x, y]) => {
    const control = mirrored(pen, pen.quadratic)
    return { steps: [fromQuadratic(pen, control, x!, y!)], quadratic: control }
  },
  A: (pen, [rx, ry, turn, large, sweep, x, y]) => ({
    steps: arcCurves([pen.x, pen.y], { rx: rx!, ry: ry!, turn: turn!, large: large === 1, sweep: sweep === 1 }, [
      x!,
      y!,
    ]),
  }),
  Z: () => ({ steps: [['Z']] }),
}

function move(pen: Pen, command: string, { steps, cubic, quadratic }: Curve): void {
  const last = steps.at(-1)
  if (last?.[0] === 'Z') [pen.x, pen.y] = [pen.startX, pen.startY]
  else if (last) [pen.x, pen.y] = last.slice(-2) as [number, number]
  if (command === 'M') [pen.startX, pen.startY] = [pen.x, pen.y]
  pen.cubic = cubic ?? null
  pen.quadratic = quadratic ?? null
}

/** Reads path data. Throws RenderRefused, and nothing else, for what is none or too long. */
export function parsePath(data: string): PathStep[] {
  if (data.length > MAX_LENGTH)
    throw new RenderRefused(`the path data has ${data.length} characters; ${MAX_LENGTH} are allowed`)
  const reader = new Reader(data)
  const pen: Pen = { x: 0, y: 0, startX: 0, startY: 0, cubic: null, quadratic: null }
  const path: PathStep[] = []
  let command = ''
  while (!reader.atEnd) {
    const given = reader.command()
    // After a move, further pairs are lines; a closed path takes no numbers.
    const next: string = given ?? { M: 'L', m: 'l', Z: '', z: '' }[command] ?? command
    if (next === '' || (path.length === 0 && next.toUpperCase() !== 'M'))
      throw new RenderRefused('the path data must begin with a move (M), and numbers must follow a command')
    const name = next.toUpperCase()
    const numbers = reader.numbers(name)
    const drawn = DRAW[name]!(pen, next === name ? numbers : absolute(name, numbers, pen))
    // A closed path goes on from where it began.
    if (path.at(-1)?.[0] === 'Z' && name !== 'M' && name !== 'Z') path.push(['M', pen.x, pen.y])
    path.push(...drawn.steps)
    if (path.length > MAX_STEPS) throw new RenderRefused(`the path has more than ${MAX_STEPS} steps`)
    move(pen, name, drawn)
    if (![pen.x, pen.y].every((value) => Math.abs(value) <= MAX_NUMBER * 100))
      throw new RenderRefused('the path leads too far away')
    command = next
  }
  return path
}

/** Drawings belong to templates and come again with every certificate. */
const KEPT_BYTES = 32_000_000
const kept = new ByteCache<PathStep[]>(KEPT_BYTES, (path) => 1_000 + path.length * 120)

/** The drawing, stretched from its own coordinates over the box. The same drawing in the same place is the same array. */
export function pathInBox(data: string, [width, height]: [number, number], box: Box): PathStep[] {
  const key = `${width} ${height} ${box.x} ${box.y} ${box.width} ${box.height} ${data}`
  const known = kept.get(key)
  if (known) return known
  const [scaleX, scaleY] = [box.width / width, box.height / height]
  const place = (value: number, index: number) => (index % 2 === 0 ? box.x + value * scaleX : box.y + value * scaleY)
  const path = parsePath(data).map(([kind, ...numbers]) => [kind, ...numbers.map(place)] as PathStep)
  kept.set(key, path)
  return path
}
