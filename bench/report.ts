/** Medians, units and the table of goals. */

export const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[values.length >> 1] ?? Number.NaN

export const spread = (values: readonly number[]): string =>
  values.length < 2 ? '' : ` (${whole(Math.min(...values))}–${whole(Math.max(...values))})`

export const whole = (value: number): string => Math.round(value).toLocaleString('en')
export const digits = (value: number, count: number): string => value.toFixed(count)

export interface Goal {
  what: string
  goal: string
  measured: string
  met: boolean
}

/** What every part of the benchmark hands back. */
export interface Part {
  lines: string[]
  goals: Goal[]
}

export interface Effort {
  /** Rounds of every comparison; medians are shown. */
  rounds: number
  quick: boolean
}

export function table(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}

export const goalTable = (goals: readonly Goal[]): string[] =>
  table([
    ['goal', 'wanted', 'measured', ''],
    ...goals.map(({ what, goal, measured, met }) => [what, goal, measured, met ? 'reached' : 'NOT reached']),
  ])
