import { usage } from './error.ts'
import { nearest } from './suggestion.ts'

/** Code points by name: RFC 2474 (cs), RFC 2597 (af), RFC 3246 (ef), RFC 5865 (va), RFC 8622 (le). */
const NAMES: ReadonlyMap<string, number> = new Map([
  ['default', 0],
  ...Array.from({ length: 8 }, (_, i) => [`cs${i}`, i * 8] as const),
  ...[1, 2, 3, 4].flatMap(group => [1, 2, 3].map(drop => [`af${group}${drop}`, group * 8 + drop * 2] as const)),
  ['ef', 46],
  ['va', 44],
  ['le', 1],
])

/** Reads a DSCP name or number (0…63) as the TOS byte that carries it: the code point in the six high bits. */
export function parseDscp(text: string, name: string): number {
  const known = NAMES.get(text.toLowerCase())
  if (known !== undefined) return known * 4
  if (/^\d{1,2}$/.test(text) && Number(text) < 64) return Number(text) * 4
  const meant = nearest(text.toLowerCase(), NAMES.keys())
  throw usage(
    `${name} cannot be "${text}": it is a code point's name or a number from 0 to 63`,
    meant === undefined ? 'write ef or 46' : `did you mean ${meant}?`,
  )
}

/** A code point for people: `ef (46)`, `0`, `33`. */
export function formatDscp(point: number): string {
  const name = point === 0 ? undefined : [...NAMES].find(([, known]) => known === point)?.[0]
  return name === undefined ? String(point) : `${name} (${point})`
}
