import { parseChoice } from '../base/choice.ts'
import { parseCount, type CountRange } from '../base/count.ts'
import { parseDuration } from '../base/duration.ts'
import { usage } from '../base/error.ts'
import type { Nanos } from '../base/nanos.ts'
import { parseRate, type Rate } from '../base/rate.ts'
import { parseSize, type SizeRange } from '../base/size.ts'

/** A switch. */
export function given(value: boolean): boolean {
  return value
}

/** A text, unchanged. */
export function text(value: string): string {
  return value
}

export function duration(value: string, flag: string): Nanos {
  return parseDuration(value, flag)
}

export function positiveDuration(value: string, flag: string): Nanos {
  const nanos = parseDuration(value, flag)
  if (nanos > 0) return nanos
  throw usage(`${flag} must be longer than nothing`, `write ${flag} 1s`)
}

export function rate(value: string, flag: string): Rate {
  return parseRate(value, flag)
}

export function count(range: CountRange = {}): (value: number | string, flag: string) => number {
  return (value, flag) => parseCount(value, flag, range)
}

export function size(range: SizeRange = {}): (value: number | string, flag: string) => number {
  return (value, flag) => parseSize(value, flag, range)
}

/** One of a few words. The library's types suggest them and accept any text; an unknown word is rejected when it is parsed. */
export function choice<Word extends string>(
  words: readonly Word[],
): (value: Word | (string & {}), flag: string) => Word {
  return (value, flag) => parseChoice(value, flag, words)
}

/** One or several values that `parse` reads. */
export function listOf<Value>(
  parse: (value: string, flag: string) => Value,
): (value: string | readonly string[], flag: string) => readonly Value[] {
  return (value, flag) => [value].flat().map(one => parse(one, flag))
}
