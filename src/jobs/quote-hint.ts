import type { InputSource, Path } from './place.ts'

const HINT = "put the expectation in quotes: 'reply=~/[0-9]+/'"
/** Where an expectation can begin without quotes. */
const BEGIN = /(?:^|[\s,[{])[a-z][\w.]*/iu.source
/** Characters that end or split a plain text: YAML 1.2.2 section 7.3.3. */
const SPECIAL = /: |:$| #|[{}[\],]/u.source

const ANY_UNQUOTED = new RegExp(String.raw`${BEGIN}(?:[=!]~|[=!]=)[^'"]*(?:${SPECIAL})`, 'iu')
/** The characters are inside of the pattern, not behind it. */
const PATTERN_UNQUOTED = new RegExp(String.raw`${BEGIN}[=!]~/[^'"]*(?:${SPECIAL})[^'"]*/`, 'iu')
const VARIABLE_UNQUOTED = /[:,[{]\s*\$\{env:/u

/** What to do about a line that the YAML parser refuses, if a text needs quotes there. */
export function quoteHint(line: string): string | undefined {
  if (ANY_UNQUOTED.test(line)) return HINT
  return VARIABLE_UNQUOTED.test(line) ? 'put the text with ${env:…} in quotes' : undefined
}

/**
 * The same for a line that the parser reads, but not as it was meant: ` #` begins a comment, `: ` makes a key, and `,` ends a text in [] and {}.
 */
export function quoteHintAt(source: InputSource, path: Path, atKey: boolean, found: unknown): string | undefined {
  const isExpectation = path.includes('expect')
  if (isExpectation && [found].flat().some(one => typeof one === 'object' && one !== null)) return HINT
  const place = source.locate(path, atKey)
  const isSuspect = (isExpectation || atKey) && place !== undefined
  return isSuspect && PATTERN_UNQUOTED.test(source.line(place.line)) ? HINT : undefined
}
