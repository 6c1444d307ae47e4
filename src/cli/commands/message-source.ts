import type { Options } from '../../options/raw-options.ts'

/** The input of `udptool send`. `stdin`: lines by --stdin. `lines`: stdin is a pipe or a file, which is reported on stderr. */
export type Source = 'words' | 'prompt' | 'stdin' | 'lines' | 'probes'

/** The input that words and flags select. Undefined: it depends on stdin. */
export function namedSource(words: readonly string[], options: Options): 'words' | 'prompt' | 'stdin' | undefined {
  if (words.length === 1 && words[0] === '-') return 'stdin'
  if (words.length > 0) return 'words'
  if (options['interactive'] === true) return 'prompt'
  return options['stdin'] === true ? 'stdin' : undefined
}
