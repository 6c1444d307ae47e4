import { quoted } from '../../base/quoted.ts'
import { messageOf } from '../../base/thrown.ts'
import { invalidExpectation } from '../expect/invalid-expectation.ts'

/** Without `g` and `y`, which make a search depend on the one before, and `d`, which changes nothing here. */
const FLAGS = 'imsuv'

/** What the engine says, in plain words. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['Unterminated group', 'a group is not closed with )'],
  ["Unmatched ')'", 'a ) closes no group'],
  ['Unterminated character class', 'a character class is not closed with ]'],
  ['Nothing to repeat', 'there is nothing to repeat before *, +, ? or {'],
  ['\\ at end of pattern', 'it ends with a single \\'],
  ['Range out of order in character class', 'a range in a character class goes from the larger to the smaller'],
  ['numbers out of order in {} quantifier', 'the numbers in { } go from the larger to the smaller'],
])

/** Reads `/REGEX/flags`: the pattern is between the first and the last slash. */
export function parsePattern(value: string, metric: string, operator: string, expr: string): RegExp {
  const sample = `write ${metric}${operator}/REGEX/ or ${metric}${operator}/REGEX/i`
  if (!value.startsWith('/')) {
    throw invalidExpectation(
      expr,
      'a pattern is written between slashes',
      meant(`/${value}/`, `${metric}${operator}`, sample),
    )
  }
  const end = value.lastIndexOf('/')
  if (end === 0)
    throw invalidExpectation(
      expr,
      'the / at the end of the pattern is missing',
      meant(`${value}/`, `${metric}${operator}`, sample),
    )
  const source = value.slice(1, end)
  // An empty variable of a shell gives an empty pattern, which every text matches.
  if (source === '') throw invalidExpectation(expr, 'the pattern is empty, so every text matches', sample)
  const flags = value.slice(end + 1)
  checkFlags(flags, expr)
  try {
    return new RegExp(source, flags)
  } catch (cause) {
    throw invalidExpectation(
      expr,
      `the pattern is not valid: ${reasonOf(cause)}`,
      'correct the pattern between the / /',
    )
  }
}

/** A short plain pattern is suggested as it was probably meant. */
function meant(pattern: string, start: string, sample: string): string {
  return /^\/[\x20-\x7e]{1,40}\/$/u.test(pattern) ? `did you mean ${start}${pattern}?` : sample
}

function checkFlags(flags: string, expr: string): void {
  const hint = 'the flags are i, m, s, u and v; the last / ends the pattern'
  for (const [index, flag] of Array.from(flags).entries()) {
    if (!FLAGS.includes(flag))
      throw invalidExpectation(expr, `there is no flag ${quoted(flag)} behind the pattern`, hint)
    if (flags.indexOf(flag) !== index)
      throw invalidExpectation(expr, `the flag ${flag} is written twice`, 'write it once')
  }
  if (flags.includes('u') && flags.includes('v'))
    throw invalidExpectation(expr, 'the flags u and v exclude each other', 'write one of them')
}

/** `Invalid regular expression: /(/: Unterminated group` is what V8 writes; the source of the pattern may contain anything. */
function reasonOf(cause: unknown): string {
  const message = messageOf(cause)
  const [, reason = 'it is not a regular expression of JavaScript'] = /.*\/[a-z]*: (.*)$/su.exec(message) ?? []
  return PLAIN.get(reason) ?? reason
}
