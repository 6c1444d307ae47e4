import type { SuiteCheck } from '../../verdict/suite.ts'
import { element, type Markup } from './markup.ts'

const WORDS = {
  pass: '✓ pass',
  warn: '! warned',
  fail: '✗ fail',
  error: '✗ could not run',
  skipped: '– skipped',
} as const

/** The verdict as a word with a mark; its colour only repeats it. */
export function verdictTag(verdict: SuiteCheck['verdict']): Markup {
  return element('span', { class: `verdict ${verdict}` }, WORDS[verdict])
}

/** As it stands alone. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}
