import type Plot from 'uplot'
import type { LiveRun } from '../live-run.ts'
import { timeText } from './time-text.ts'

const HELP = 'Drag to look into a stretch of time, double-click to see the whole run again.'
/** Largest distance between the pointer and the reply that it selects, px. */
const NEAR = 6

/** Describes the position of the pointer: the time, the nearest reply, the fates of the slice. */
export function readAt(plot: Plot, run: LiveRun): string {
  const { left } = plot.cursor
  if (left === undefined || left === null || left < 0) return HELP
  const time = plot.posToVal(left, 'x')
  const { from, step, lanes } = run.slices
  const slice = Math.floor((time - from) / step)
  const met = lanes.flatMap(({ fate, counts }) => {
    const count = counts[slice] ?? 0
    return count > 0 ? [`${count} ${run.fates[fate]?.fate ?? ''}`] : []
  })
  return [timeText(time, 5), replyAt(plot, run, left, time), met.join(', ')].filter(text => text !== '').join(' · ')
}

function replyAt(plot: Plot, run: LiveRun, left: number, time: number): string {
  let nearest = -1
  run.timeMs.forEach((at, index) => {
    if (Math.abs(at - time) < Math.abs((run.timeMs[nearest] ?? Infinity) - time)) nearest = index
  })
  const at = run.timeMs[nearest]
  if (at === undefined || Math.abs(plot.valToPos(at, 'x') - left) > NEAR) return ''
  return `${timeText(run.rttMs[nearest] ?? 0)} ${run.fates[run.fate[nearest] ?? 0]?.fate ?? ''}`
}
