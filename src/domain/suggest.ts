/** The known word nearest to what was typed, if it is near enough for "did you mean". */
export function nearest(typed: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.floor(typed.length / 3)) + 1
  for (const word of known) {
    if (Math.abs(word.length - typed.length) >= least) continue
    const far = distance(typed.toLowerCase(), word.toLowerCase())
    if (far < least) [best, least] = [word, far]
  }
  return best
}

/** Edits (insert, delete, change, swap of neighbours) between two short words. */
function distance(left: string, right: string): number {
  const rows = Array.from({ length: left.length + 1 }, (_, row) => [row, ...Array<number>(right.length).fill(0)])
  for (let column = 1; column <= right.length; column++) rows[0]![column] = column
  for (let row = 1; row <= left.length; row++) {
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1]
      let edits = Math.min(
        rows[row - 1]![column]! + 1,
        rows[row]![column - 1]! + 1,
        rows[row - 1]![column - 1]! + Number(!same),
      )
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      if (swapped) edits = Math.min(edits, rows[row - 2]![column - 2]! + 1)
      rows[row]![column] = edits
    }
  }
  return rows[left.length]![right.length]!
}

export const didYouMean = (typed: string, known: Iterable<string>) => {
  const word = nearest(typed.slice(0, 64), known)
  return word === undefined ? '' : ` Did you mean "${word}"?`
}
