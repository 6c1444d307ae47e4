import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { resultSchema } from '../../../src/schema/result.ts'
import type { Result } from '../../../src/verdict/result.ts'

const FOLDER = fileURLToPath(new URL('../../../fixtures/results/', import.meta.url))

/** The path of a golden report. */
export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../../../fixtures/reports/${name}.txt`, import.meta.url))
}

/** The saved Results by name, validated against the schema. */
export const RESULTS: readonly (readonly [string, Result])[] = readdirSync(FOLDER)
  .toSorted()
  .map(file => {
    const parsed = resultSchema.safeParse(JSON.parse(readFileSync(FOLDER + file, 'utf8')))
    if (!parsed.success) throw new Error(`fixtures/results/${file}: ${parsed.error.message}`)
    return [file.replace(/\.json$/u, ''), parsed.data] as const
  })

/** A saved Result. */
export function savedResult(name: string): Result {
  const found = RESULTS.find(([known]) => known === name)
  if (found === undefined) throw new Error(`fixtures/results/${name}.json is missing`)
  return found[1]
}

/** RTTs of a run with gaps, a tail and one peak, always the same. */
export function someSamples(count: number): number[] {
  let state = 7
  return Array.from({ length: count }, (_, index) => {
    state = (state * 48_271) % 2_147_483_647
    const chance = state / 2_147_483_647
    if (chance < 0.03) return NaN
    return 11.2 * (1 - 0.2 * Math.log(1 - chance) + (index > count / 2 && index < count / 2 + 20 ? 3 : 0))
  })
}

/** Hostile text that a peer could send. */
export const HOSTILE =
  'a\u001b[31mb\u001b]0;title\u0007c\nd\re\tf\u009b2Jg\u202eh\u2066i\u200bj\u2028k\u007fl\u0000m\ud800n'

/** A document with every text replaced. The names of properties stay. */
export function withTexts<T>(document: T, replace: (text: string, name: string) => string): T {
  const copy = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return replace(value, name)
    if (Array.isArray(value)) return value.map(inner => copy(inner, name))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner, key)]))
  }
  return copy(document, '') as T
}

/** Any character that could control a terminal, except a newline. */
export const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** Text without its colours. */
export function withoutColour(text: string): string {
  return text.replace(/\p{Cc}\[\d+m/gu, '')
}
