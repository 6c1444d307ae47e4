import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'

/** How to write a query if the word after `udptool query` is no preset. `presets`: the words that are. */
export function queryPresetHint(word: string, presets: readonly string[]): string {
  const meant = nearest(word, presets)
  const target = /^[\w.:[\]-]+$/u.test(word) ? word : 'TARGET'
  const listed = `${presets.slice(0, -1).join(', ')} or ${presets.at(-1) ?? ''}`
  return meant === undefined
    ? `query has no preset ${quoted(word)} — write udptool query PRESET ${target} with ${listed} for PRESET`
    : `query has no preset ${quoted(word)} — did you mean ${meant}?`
}
