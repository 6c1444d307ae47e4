import type { Page } from './page.ts'
import { wrap } from '../text/wrap.ts'

/** One thing that a search found: good, bad, not sure, or worth knowing. */
export interface Finding {
  readonly mark: '✓' | '✗' | '?' | '·'
  readonly text: string
  /** What is likely behind it, or what would tell. */
  readonly cause?: string | undefined
}

/** A finding behind its mark, and below it what is likely behind it. */
export function findingLines({ palette, width }: Page, { mark, text, cause = '' }: Finding): string[] {
  const paint = { '✓': palette.green, '✗': palette.red, '?': palette.yellow, '·': palette.dim }[mark]
  return [
    ...wrap(text, width - 4).map((line, n) => (n === 0 ? `  ${paint(mark)} ${line}` : `    ${line}`)),
    ...(cause === '' ? [] : wrap(cause, width - 6).map((line, n) => (n === 0 ? `    → ${line}` : `      ${line}`))),
  ]
}
