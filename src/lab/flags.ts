import { LANGUAGES } from '../verdict/lesson.ts'
import type { Flag } from '../options/flag.ts'

export const LAB_DEFAULTS = {
  /** What the documents of this project are written in. */
  lang: 'en',
} as const

/** The flags of `udptool lab`. */
export const LAB_FLAGS: readonly Flag[] = [
  { form: '--lang <language>', about: LANGUAGES.join(' or '), fallback: LAB_DEFAULTS.lang, choices: LANGUAGES },
]
