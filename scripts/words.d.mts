interface Word {
  readonly pattern: RegExp
  readonly instead: string
  readonly example: string
}
export const WORDS: readonly Word[]
export function findWords(line: string): readonly Word[]
