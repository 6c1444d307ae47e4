import { usage } from './error.ts'
import { quoted } from './quoted.ts'
import { nearest } from './suggestion.ts'

/** Reads one of a few words; throws a `usage` error that lists them and suggests the nearest. */
export function parseChoice<Word extends string>(text: string, name: string, words: readonly Word[]): Word {
  const found = words.find(word => word === text)
  if (found !== undefined) return found
  const meant = nearest(text, words)
  const listed = words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
  throw usage(
    `${name} cannot be ${quoted(text)}: it is ${listed}`,
    meant === undefined ? `write ${name} ${words[0] ?? ''}` : `did you mean ${meant}?`,
  )
}
