import type Plot from 'uplot'
import type { LiveRun } from '../live-run.ts'
import { writePair } from './canvas-text.ts'
import { ink } from './theme.ts'
import { timeText } from './time-text.ts'

/** Above this number, points are drawn smaller. */
const MANY = 4000

/** Draws the replies of the visible time range: a dot is whole, × damaged, + late. */
export function drawPoints(plot: Plot, run: LiveRun): void {
  const { ctx, bbox } = plot
  const { min, max } = plot.scales['x'] ?? {}
  const shapes = new Map<string, Path2D>()
  run.timeMs.forEach((time, index) => {
    if (time < (min ?? run.from) || time > (max ?? run.to)) return
    const name = run.fates[run.fate[index] ?? 0]?.className ?? ''
    const path = shapes.get(name) ?? new Path2D()
    shapes.set(name, path)
    addMark(path, name, plot.valToPos(time, 'x', true), plot.valToPos(run.rttMs[index] ?? 0, 'y', true), run)
  })
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left - 4, bbox.top - 4, bbox.width + 8, bbox.height + 8)
  ctx.clip()
  ctx.lineWidth = 1.5 * devicePixelRatio
  // Draw whole replies first, so that the others are on top.
  for (const [name, path] of [...shapes].toSorted(([a], [b]) => Number(isWhole(b)) - Number(isWhole(a)))) {
    if (isWhole(name)) {
      ctx.fillStyle = ink(name)
      ctx.fill(path)
    } else {
      ctx.strokeStyle = ink(name)
      ctx.stroke(path)
    }
  }
  ctx.restore()
}

function isWhole(className: string): boolean {
  return className === 'g-whole'
}

function addMark(path: Path2D, name: string, x: number, y: number, { timeMs }: LiveRun): void {
  const px = devicePixelRatio
  if (isWhole(name)) {
    const half = (timeMs.length > MANY ? 1.1 : 1.7) * px
    path.rect(x - half, y - half, 2 * half, 2 * half)
    return
  }
  const late = name === 'g-late'
  const arm = (late ? 4 : 3) * px
  const across = late ? 0 : arm
  path.moveTo(x - arm, y - across)
  path.lineTo(x + arm, y + across)
  path.moveTo(x - across, y + arm)
  path.lineTo(x + across, y - arm)
}

/** Draws percentiles as lines, with labels beside the plot, moved apart where they would overlap. */
export function drawPercentiles(plot: Plot, { lines }: LiveRun): void {
  const { ctx, bbox } = plot
  const px = devicePixelRatio
  const end = bbox.left + bbox.width
  let free = Infinity
  ctx.save()
  for (const { name, ms } of lines) {
    const y = plot.valToPos(ms, 'y', true)
    const text = Math.min(y + 4 * px, free - 15 * px)
    free = text
    ctx.strokeStyle = ink('dim')
    ctx.lineWidth = px
    ctx.setLineDash([2 * px, 3 * px])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(end, y)
    ctx.lineTo(end + 10 * px, text - 4 * px)
    ctx.stroke()
    writePair(ctx, end + 14 * px, text, [name, timeText(ms)], 1)
  }
  ctx.restore()
}
