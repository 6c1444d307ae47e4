import type { Result } from '../../verdict/result.ts'
import { createPalette, type Palette } from '../text/palette.ts'
import { printableDocument } from '../text/safe.ts'
import { usableWidth, type View } from '../text/view.ts'

/** The input of every section of a terminal report. */
export interface Page {
  /** The Result with every text made printable. */
  readonly result: Result
  readonly width: number
  readonly palette: Palette
  readonly verbose: boolean
  readonly samples: readonly number[] | undefined
}

export function createPage(result: Result, view: View): Page {
  return {
    result: printableDocument(result),
    width: usableWidth(view.width),
    palette: createPalette(view.color),
    verbose: view.verbose === true,
    samples: view.samples,
  }
}

/** Sections as one text, separated by blank lines; empty ones are left out. */
export function stacked(sections: readonly (readonly string[])[]): string {
  const drawn = sections.filter(lines => lines.length > 0).map(lines => lines.join('\n'))
  return `${drawn.join('\n\n')}\n`
}
