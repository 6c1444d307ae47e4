import type { Content, Markup } from './markup.ts'

/** What differs from page to page. */
export interface Body {
  readonly title: string
  readonly header: Markup
  readonly main: Content
}
