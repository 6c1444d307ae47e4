import type Plot from 'uplot'
import type { LiveRun } from '../live-run.ts'
import { writePair } from './canvas-text.ts'
import { ink } from './theme.ts'

/** Height of a full bar, and of the lowest bar that is not empty, px. */
const FULL = 20
const LEAST = 2

/** Draws one lane per fate. `labelsAbove`: the labels do not fit beside the plot. */
export function drawLanes(plot: Plot, run: LiveRun, labelsAbove: boolean): void {
  const { ctx, bbox } = plot
  const px = devicePixelRatio
  const { lanes } = run.slices
  const pitch = bbox.height / lanes.length
  ctx.save()
  lanes.forEach(({ fate, count, counts }, index) => {
    const foot = bbox.top + pitch * (index + 1) - 3 * px
    ctx.fillStyle = ink('rule')
    ctx.fillRect(bbox.left, foot, bbox.width, px)
    ctx.fillStyle = ink(run.fates[fate]?.className ?? '')
    drawBars(plot, run, counts, foot)
    const x = labelsAbove ? bbox.left + 2 * px : bbox.left + bbox.width + 14 * px
    const y = labelsAbove ? foot - (FULL + 4) * px : foot - 5 * px
    writePair(ctx, x, y, [count.toLocaleString('en'), run.fates[fate]?.fate ?? ''], 0)
  })
  ctx.restore()
}

function drawBars(plot: Plot, { slices }: LiveRun, counts: readonly number[], foot: number): void {
  const px = devicePixelRatio
  const { ctx, bbox } = plot
  const { from, step, totals } = slices
  const right = bbox.left + bbox.width
  counts.forEach((met, slice) => {
    if (met === 0) return
    // Round to whole pixels, because antialiased edges of adjacent bars would show as gaps.
    const begin = Math.max(bbox.left, Math.round(plot.valToPos(from + slice * step, 'x', true)))
    const end = Math.min(right, Math.round(plot.valToPos(from + (slice + 1) * step, 'x', true)))
    if (end < bbox.left || begin > right) return
    const high = (LEAST + (FULL - LEAST) * (met / Math.max(1, totals[slice] ?? 1))) * px
    ctx.fillRect(begin, foot - high, Math.max(px, end - begin), high)
  })
}
