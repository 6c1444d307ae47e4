import type { Result } from '../../verdict/result.ts'
import { type Content, element, type Markup } from './markup.ts'
import type { RunPicture } from './pictures/run-picture.ts'

/** The place of a run or a query on a page. */
export interface Numbered {
  /** Its index among the runs and queries of the page. */
  readonly number: number
  /** Level of its section headings: 2 on a page of its own, 3 below the heading of a check. */
  readonly level: 2 | 3
}

/** A run on a page. */
export interface PagedRun extends Numbered {
  readonly result: Result
  /** Absent if the probes are not known, or there are none. */
  readonly picture: RunPicture | undefined
}

/** A section with a heading, which is also its name for screen readers. */
export function section(
  { number, level }: Numbered,
  name: string,
  title: string,
  ...content: readonly Content[]
): Markup {
  const id = `run-${number}-${name}`
  return element('section', { 'aria-labelledby': id, class: name }, element(`h${level}`, { id }, title), ...content)
}

/** A picture with a caption. */
export function figure(caption: Content, ...content: readonly Content[]): Markup {
  return element('figure', {}, ...content, element('figcaption', {}, caption))
}
