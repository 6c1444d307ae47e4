import { describe, expect, test } from 'vitest'
import { findWords, WORDS } from '../../scripts/words.mjs'

describe('words that lint rejects', () => {
  test.each(WORDS.map(word => [word.example, word] as const))('are found: %s', (example, word) => {
    expect(findWords(example)).toContain(word)
  })

  test.each(WORDS.map(({ instead }) => [instead]))('have a replacement that passes: %s', instead => {
    expect(findWords(instead)).toEqual([])
  })

  test('are whole words', () => {
    expect(findWords('throughout the harmless shearing of insights, labels and thoroughly mended tells')).toHaveLength(
      2,
    )
  })
})
