import type { OptionRow } from './option.ts'
import { choice } from './values.ts'

const ENGINE_NAMES = ['auto', 'kernel', 'dgram'] as const
export type EngineChoice = (typeof ENGINE_NAMES)[number]

export const ENGINE_OPTION = {
  form: '--engine <engine>',
  about: 'auto, kernel or dgram',
  default: 'auto',
  choices: ENGINE_NAMES,
  parse: choice(ENGINE_NAMES),
} satisfies OptionRow
