import type { Random } from '../../src/base/random.ts'

/** Pieces of text that readers often mishandle. */
const FRAGMENTS = [
  '',
  'null',
  '0',
  '-1',
  '1e308',
  '1e999',
  '9007199254740993',
  '""',
  '[]',
  '{}',
  '[[[[',
  '"__proto__":',
  'true',
  '"',
  '\\',
  ',',
  ':',
  '}',
  ']',
  '\n',
  '\r',
  '\t',
  ' ',
  '\0',
  '\u202e',
  '\ud800',
  '\ufeff',
  '&a ',
  '*a',
  '<<: ',
  '!x ',
  '--- ',
  '%YAML 1.1',
  '- ',
  '? ',
  '| ',
] as const

/** The bytes with one to four random changes: a bit, a byte, a piece removed, doubled or moved, an inserted piece, a truncation. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  let changed: Uint8Array = Uint8Array.from(bytes)
  for (let times = 1 + random.integer(4); times > 0; times--) changed = mutatedOnce(changed, random)
  return changed
}

function mutatedOnce(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.integer(256))
  const at = random.integer(bytes.length)
  const length = Math.min(bytes.length - at, 1 + random.integer(random.integer(4) === 0 ? 400 : 8))
  const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)]
  switch (random.integer(8)) {
    case 0: {
      const flipped = Uint8Array.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.integer(8))
      return flipped
    }
    case 1: {
      const other = Uint8Array.from(bytes)
      other[at] = random.integer(256)
      return other
    }
    case 2:
      return joined(before, after)
    case 3:
      return joined(before, piece, piece, after)
    case 4: {
      const to = random.integer(before.length + 1)
      return joined(before.subarray(0, to), piece, before.subarray(to), after)
    }
    case 5:
      return before
    default: {
      const fragment = new TextEncoder().encode(FRAGMENTS[random.integer(FRAGMENTS.length)] ?? '')
      return joined(before, fragment, random.integer(2) === 0 ? piece : new Uint8Array(0), after)
    }
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Replacements for a value of a document. `undefined` removes its key. */
const REPLACEMENTS: readonly unknown[] = [
  null,
  undefined,
  -1,
  0.5,
  1e308,
  '',
  'x',
  '\u202e',
  true,
  [],
  {},
  [null],
  { a: {} },
]

/** Every document that differs from this one in exactly one value. */
export function* replacedEverywhere(document: unknown, replacements = REPLACEMENTS): Iterable<unknown> {
  for (const path of pathsOf(document, [])) for (const other of replacements) yield replaced(document, path, other)
}

type Path = readonly (string | number)[]

function* pathsOf(value: unknown, path: Path): Iterable<Path> {
  yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value))
    yield* pathsOf(inner, [...path, Array.isArray(value) ? Number(key) : key])
}

function replaced(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === key ? replaced(item, rest, other) : item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === key ? replaced(inner, rest, other) : (inner as unknown),
    ]),
  )
}
