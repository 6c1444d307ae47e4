import type { DoctorDocument, Finding, FindingLevel } from '../../verdict/doctor.ts'
import { formatCount } from '../../base/counted.ts'
import { stacked } from './page.ts'
import { createPalette, type Paint, type Palette } from '../text/palette.ts'
import { printableDocument } from '../text/safe.ts'
import { verdictLine } from './verdict-line.ts'
import { usableWidth, type View } from '../text/view.ts'
import { wrap } from '../text/wrap.ts'

const MARKS: Readonly<Record<FindingLevel, string>> = { ok: '✓', note: '·', warn: '!', fail: '✗' }
const WORDS: Readonly<Record<FindingLevel, string>> = { ok: 'ok', note: 'info', warn: 'to fix', fail: 'broken' }

/** The parts of the host in order of display, with a pattern for the ids of their findings. */
const PARTS: readonly (readonly [title: string, ids: RegExp])[] = [
  ['engines', /^engine/u],
  ['echo to this host itself', /^echo/u],
  ['buffers', /^buffer/u],
  ['dropped so far', /^drops\./u],
  ['interfaces', /^(?:mtu|drops:|ipv6)/u],
  ['fragments and flows', /^(?:conntrack|reassembly|pathMtu)/u],
  ['limits', /./u],
]

/** The findings by part, each with its cost and the command that changes it, then the number of each kind. `quiet`: only what to fix. */
export function renderDoctor(report: DoctorDocument, view: View): string {
  const { findings, counts } = printableDocument(report)
  const palette = createPalette(view.color)
  const width = usableWidth(view.width)
  const shown = view.quiet === true ? findings.filter(({ level }) => level === 'warn' || level === 'fail') : findings
  const parts = PARTS.map(([title], part) => {
    const ofPart = shown.filter(({ id }) => PARTS.findIndex(([, other]) => other.test(id)) === part)
    return ofPart.length === 0 ? [] : [palette.bold(title), ...ofPart.flatMap(one => findingLines(one, palette, width))]
  })
  return stacked([...parts, summary(counts, palette, width)])
}

function findingLines({ level, what, cost, fix }: Finding, palette: Palette, width: number): string[] {
  const paint = paintOf(level, palette)
  return [
    ...hanging(`${paint(MARKS[level])} `, wrap(what, width - 4), level === 'ok' ? text => text : paint),
    ...(cost === undefined ? [] : hanging('  ', wrap(cost, width - 4), palette.dim)),
    ...(fix === undefined ? [] : hanging('  → ', wrap(fix, width - 6), text => text)),
  ]
}

/** Lines with a hanging indent. The mark of two or four columns is before the first. */
function hanging(mark: string, lines: readonly string[], paint: Paint): string[] {
  const rest = mark.includes('→') ? '    ' : '  '
  return lines.map((line, n) => `  ${n === 0 ? mark : rest}${paint(line)}`)
}

function paintOf(level: FindingLevel, palette: Palette): Paint {
  if (level === 'ok') return palette.green
  if (level === 'note') return palette.cyan
  return level === 'warn' ? palette.yellow : palette.red
}

function summary(counts: DoctorDocument['counts'], palette: Palette, width: number): string[] {
  const broken = counts.fail > 0
  const verdict = broken ? '✗ broken' : counts.warn > 0 ? '! works, with something to fix' : '✓ healthy'
  const paint = broken ? palette.red : counts.warn > 0 ? palette.yellow : palette.green
  const levels = ['fail', 'warn', 'note', 'ok'] as const
  const listed = levels.filter(level => counts[level] > 0).map(level => `${formatCount(counts[level])} ${WORDS[level]}`)
  return verdictLine(verdict, listed, paint, palette, width)
}
