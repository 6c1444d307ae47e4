import { ink } from './theme.ts'

/** The font of the pictures. */
export const FONT = '12px system-ui, sans-serif'

/** Writes two words on a canvas, one after the other. A `strong` one is bold. */
export function writePair(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  words: readonly [string, string],
  strong: 0 | 1,
): void {
  const px = Math.round(12 * devicePixelRatio)
  ctx.textAlign = 'left'
  let at = x
  words.forEach((word, index) => {
    ctx.font = `${index === strong ? 600 : 400} ${px}px system-ui, sans-serif`
    ctx.fillStyle = ink(index === strong || strong === 0 ? 'ink' : 'dim')
    ctx.fillText(word, at, y)
    at += ctx.measureText(word).width + 5 * devicePixelRatio
  })
}
