import type { Content, Markup } from './markup.ts'

/** The parts that differ between pages. */
export interface Body {
  readonly title: string
  readonly header: Markup
  readonly main: Content
}
