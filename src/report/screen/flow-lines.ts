import { groupFlows, groupText } from '../../verdict/monitor/flow-groups.ts'
import type { FlowView, TargetView } from '../../verdict/monitor/view.ts'
import { padded } from '../text/width.ts'
import { lossPiece, rttPiece } from './figure-text.ts'
import { right, type Line, type Piece } from './line.ts'
import { markOf } from './marks.ts'
import type { ScreenPage } from './screen-page.ts'
import { ZOOMS } from './screen-state.ts'
import { stripColumns } from './strip-columns.ts'

const PORT = 10
const FIGURE = 9
const FIGURES = ['loss 1m', 'loss all', 'p50 1m', 'p99 1m'] as const

/** A line for each flow, if there are several: by outcome, the worst first. */
export function flowLines({ state }: ScreenPage, { flows, intervalMs }: TargetView, room: number): Line[] {
  if (flows.length < 2) return []
  const strip = Math.max(0, room - PORT - FIGURES.length * FIGURE)
  const header: Line = [
    { text: padded('from port', PORT + strip), style: 'dim' },
    ...FIGURES.map((text): Piece => ({ text: padded(text, FIGURE, 'right'), style: 'dim' })),
  ]
  const flowLine = (flow: FlowView): Line => {
    const columns = stripColumns(flow.strip, intervalMs, ZOOMS[state.zoom] ?? 1, strip)
    const { minute, sinceStart } = flow
    const figures = [lossPiece(minute), lossPiece(sinceStart), rttPiece(minute.rtt?.p50Ms), rttPiece(minute.rtt?.p99Ms)]
    return [
      { text: padded(flow.port === undefined ? 'no socket' : `${flow.port}`, PORT + strip - columns.length) },
      ...columns.map(({ state: slot }): Piece => {
        const { mark, style } = markOf(slot)
        return { text: mark, style }
      }),
      ...figures.map(piece => right(piece, FIGURE)),
    ]
  }
  const groups = groupFlows(flows).flatMap((group): Line[] => [
    [{ text: groupText(group, flows.length), style: group.outcome === 'nothing' ? 'dim' : 'yellow' }],
    ...group.flows.map(flowLine),
  ])
  return [header, ...groups]
}
