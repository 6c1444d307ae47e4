import { invalidValue } from './invalid-value.ts'

/** Consecutive UDP ports, the last one included. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

const MOST = 65_535
const EXAMPLES = ['40000-40015', '40000..40015'] as const

/** Ports as `A-B`, `A..B` or one port `A`. Throws a `usage` error. */
export function parsePortRange(text: number | string, name: string): PortRange {
  const [, from, to] = /^(\d{1,5})(?:\s*(?:-|\.\.)\s*(\d{1,5}))?$/u.exec(String(text).trim()) ?? []
  if (from === undefined) throw invalidValue(name, text, 'it is not a range of ports', EXAMPLES)
  const first = Number(from)
  const last = Number(to ?? from)
  const wrong = [first, last].find(port => port < 1 || port > MOST)
  if (wrong !== undefined) throw invalidValue(name, text, `${wrong} is no port: ports are 1 to ${MOST}`, EXAMPLES)
  if (first > last)
    throw invalidValue(name, text, 'its first port is greater than its last one', [
      `${last}-${first}`,
      `${last}..${first}`,
    ])
  return { first, last }
}

/** Number of ports of a range. */
export function portCount({ first, last }: PortRange): number {
  return last - first + 1
}

export function formatPortRange({ first, last }: PortRange): string {
  return first === last ? String(first) : `${first}-${last}`
}

/** Ports in ascending order as few ranges: `40000-40002, 40007`. */
export function portRanges(ports: readonly number[]): readonly PortRange[] {
  const ranges: PortRange[] = []
  for (const port of [...new Set(ports)].toSorted((a, b) => a - b)) {
    const before = ranges.at(-1)
    if (before?.last === port - 1) ranges[ranges.length - 1] = { first: before.first, last: port }
    else ranges.push({ first: port, last: port })
  }
  // Two neighbours are no range for a reader.
  return ranges.flatMap(({ first, last }) =>
    last - first === 1
      ? [
          { first, last: first },
          { first: last, last },
        ]
      : [{ first, last }],
  )
}
