import type { SuiteCheck } from '../../verdict/suite/suite.ts'
import type { Standing } from '../result/headline.ts'
import { element, type Markup } from './markup.ts'

const WORDS = {
  pass: '✓ pass',
  attention: '! pass',
  warn: '! warned',
  fail: '✗ fail',
  error: '✗ could not run',
  skipped: '– skipped',
} as const

/** The verdict as a word with a mark; its colour only repeats it. */
export function verdictTag(verdict: SuiteCheck['verdict'] | 'attention'): Markup {
  return element('span', { class: `verdict ${verdict === 'attention' ? 'warn' : verdict}` }, WORDS[verdict])
}

/** The same for a single run, which can also pass with `attention`. */
export function standingTag({ tone, mark }: Standing): Markup {
  return element('span', { class: `verdict ${CLASSES[tone]}` }, `${mark} ${tone}`)
}

const CLASSES = { pass: 'pass', attention: 'warn', fail: 'fail' } as const

/** A text as a sentence of its own: capitalized, unless it begins with the name of a metric, and with a full stop. */
export function sentence(text: string): string {
  if (/^[\w.]+\s*[<>=!]/u.test(text)) return `${text}.`
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}
