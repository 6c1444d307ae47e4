import type { CapabilityEntry, EngineEntry, EnginesDocument } from '../../verdict/engines.ts'
import { columnShares } from '../text/column-shares.ts'
import { type Cell, GAP, grid } from '../text/grid.ts'
import { createPalette, type Palette } from '../text/palette.ts'
import { stacked } from './page.ts'
import { printableDocument } from '../text/safe.ts'
import { usableWidth, type View } from '../text/view.ts'

/** Below this width, the benefit of a capability is below its name. */
const SIDE_BY_SIDE = 70
/** Columns left of the text: the margin, the mark, the gap. */
const LEFT = 2 + 1 + GAP

/**
 * The engines of this machine and which one `auto` takes, then the capabilities of each, with the reason for a missing one. `quiet` leaves
 * out the engines.
 */
export function renderEngines(document: EnginesDocument, view: View): string {
  const { engines, auto } = printableDocument(document)
  const palette = createPalette(view.color)
  const width = usableWidth(view.width)
  const tables = view.quiet === true ? [] : engines.filter(({ capabilities }) => capabilities.length > 0)
  return stacked([
    engineLines(engines, auto, palette, width),
    ...tables.map(({ name, capabilities }) => [
      palette.bold(`what the ${name} engine can do here`),
      ...(width >= SIDE_BY_SIDE ? wideTable(capabilities, palette, width) : narrowTable(capabilities, palette, width)),
    ]),
  ])
}

function engineLines(
  engines: readonly EngineEntry[],
  auto: EnginesDocument['auto'],
  palette: Palette,
  width: number,
): string[] {
  const head = ['', 'engine', 'works'].map((text): Cell => ({ text, paint: palette.dim }))
  const cells = engines.map(engine => {
    const taken = engine.works && engine.name === auto ? ', and --engine auto takes it' : ''
    return [mark(engine, palette), engine.name, answer(engine, palette, taken)]
  })
  return grid([head, ...cells], [{}, {}, { most: width - LEFT - 'kernel'.length - GAP }]).lines
}

function wideTable(capabilities: readonly CapabilityEntry[], palette: Palette, width: number): string[] {
  const head = ['', 'capability', 'gives', 'works'].map((text): Cell => ({ text, paint: palette.dim }))
  const cells = capabilities.map(one => [
    mark(one, palette),
    one.name,
    { text: one.gives, paint: palette.dim },
    answer(one, palette),
  ])
  const [name = 1, gives = 1, works = 1] = grid([head, ...cells], [{}, {}, {}, {}]).widths.slice(1)
  const [most, least] = columnShares([gives, works], width - LEFT - name - 2 * GAP)
  return grid([head, ...cells], [{}, {}, { most: most ?? 1 }, { most: least ?? 1 }]).lines
}

function narrowTable(capabilities: readonly CapabilityEntry[], palette: Palette, width: number): string[] {
  const cells = capabilities.flatMap((one): Cell[][] => [
    [mark(one, palette), one.name],
    ['', { text: one.gives, paint: palette.dim }],
    ...(one.works ? [] : [['', answer(one, palette)]]),
  ])
  return grid(cells, [{}, { most: width - LEFT }]).lines
}

function mark({ works }: { readonly works: boolean }, palette: Palette): Cell {
  return works ? { text: '✓', paint: palette.green } : { text: '✗', paint: palette.yellow }
}

function answer({ works, missing }: Pick<EngineEntry, 'works' | 'missing'>, palette: Palette, more = ''): Cell {
  if (works) return `yes${more}`
  return { text: missing === undefined ? 'no' : `no: ${missing}`, paint: palette.yellow }
}
