import {
  answer,
  circumstances,
  headlineParts,
  place,
  SEPARATOR,
  type Standing,
  standingOf,
} from '../result/headline.ts'
import type { Paint, Palette } from '../text/palette.ts'
import { flow, wrap } from '../text/wrap.ts'
import type { Page } from './page.ts'

/** A separator that does not begin a line. */
const TIED = '\u00a0· '

/** Two lines (more on narrow terminals): the verdict and the outcome of the probes; then target, traffic and engine. */
export function headline(page: Page): string[] {
  const { result, palette, width } = page
  const about = flow(circumstances(result), SEPARATOR, width - 2)
  const worse = result.baseline?.verdict === 'fail' ? `${SEPARATOR}worse than the baseline` : ''
  return [...verdictLines(page, answer(result) + worse), ...about.map(line => `  ${palette.dim(line)}`)]
}

/** The verdict and the target in one sentence, for a report of one line. */
export function quietHeadline(page: Page): string[] {
  return verdictLines(page, answer(page.result, ` to ${place(page.result)}`))
}

/** The verdict or the result of a search in colour, then the reason and the outcome. */
export function verdictLines({ result, palette, width }: Page, what: string): string[] {
  const { mark, tone } = standingOf(result)
  const [lead, ...parts] = headlineParts(result, what)
  return leadLines(`${mark} ${lead}`, parts, tonePaint(palette, tone), palette, width)
}

export function tonePaint(palette: Palette, tone: Standing['tone']): Paint {
  return { pass: palette.green, attention: palette.yellow, fail: palette.red }[tone]
}

/** A lead in colour, then its parts, wrapped like text. */
export function leadLines(
  lead: string,
  parts: readonly string[],
  paint: Paint,
  palette: Palette,
  width: number,
): string[] {
  const lines = wrap([lead, ...parts].join(TIED), width - 2).map(line => line.replaceAll(TIED, SEPARATOR))
  const [first = '', ...others] = lines
  const bold = first.startsWith(lead) ? lead : first
  return [paint(palette.bold(bold)) + first.slice(bold.length), ...others.map(line => `  ${line}`)]
}
