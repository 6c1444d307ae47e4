import type { OptionTable } from '../options/option.ts'
import { choice } from '../options/values.ts'
import { LANGUAGES } from '../verdict/lesson.ts'

/** The options of `udptool lab`. */
export const LAB_OPTIONS = {
  // The languages of the documentation.
  lang: {
    form: '--lang <language>',
    about: LANGUAGES.join(' or '),
    default: 'en',
    choices: LANGUAGES,
    parse: choice(LANGUAGES),
  },
} satisfies OptionTable
