import type { Axis } from './axis.ts'
import { type Content, element, fragment, type Markup } from '../markup.ts'

/** Horizontal layout of a picture, in its own px, which are about those of the page. */
export interface Frame {
  readonly name: 'wide' | 'narrow'
  readonly width: number
  /** Left edge of the plot, after the numbers of its axis. */
  readonly left: number
  /** Width right of the plot for labels. The narrow frame has too little for labels. */
  readonly right: number
}

/** Every picture is drawn in both widths, because text in a scaled-down picture is too small to read. The style shows one of them. */
const FRAMES: readonly Frame[] = [
  { name: 'wide', width: 960, left: 62, right: 170 },
  { name: 'narrow', width: 380, left: 52, right: 10 },
]

/** Draws the picture in both widths. */
export function drawn(draw: (frame: Frame) => Markup): Markup {
  return fragment(FRAMES.map(frame => element('div', { class: frame.name }, draw(frame))))
}

/** An SVG that a screen reader presents as one picture with this name. */
export function picture(frame: Frame, height: number, name: string, ...content: readonly Content[]): Markup {
  const attributes = { viewBox: `0 0 ${frame.width} ${tenth(height)}`, role: 'img', 'aria-label': name }
  return element('svg', attributes, ...content)
}

export function plotWidth({ width, left, right }: Frame): number {
  return width - left - right
}

/** The x coordinate of a value on the horizontal axis. */
export function across(frame: Frame, axis: Axis, value: number): number {
  return tenth(frame.left + axis.place(value) * plotWidth(frame))
}

/** Numbers and ticks below the plot. As few as fit. */
export function ticksBelow(frame: Frame, axis: Axis, y: number, text: (value: number) => string): Markup {
  const apart = Math.ceil(axis.ticks.length / Math.max(1, Math.floor(plotWidth(frame) / 64)))
  const kept = axis.ticks.filter((_, index) => index % apart === 0)
  return element(
    'g',
    { class: 'axis' },
    kept.map(tick => {
      const x = across(frame, axis, tick)
      return [
        element('path', { d: `M${x} ${y}v4` }),
        element('text', { x, y: y + 17, 'text-anchor': 'middle' }, text(tick)),
      ]
    }),
  )
}

/** Horizontal lines across the plot, with their numbers left of it. */
export function ticksBeside(
  frame: Frame,
  axis: Axis,
  top: number,
  height: number,
  text: (value: number) => string,
): Markup {
  return element(
    'g',
    { class: 'axis' },
    axis.ticks.map(tick => {
      const y = tenth(top + height * (1 - axis.place(tick)))
      return [
        element('path', { class: 'grid', d: `M${frame.left} ${y}h${plotWidth(frame)}` }),
        element('text', { x: frame.left - 8, y: y + 4, 'text-anchor': 'end' }, text(tick)),
      ]
    }),
  )
}

/** Rounds a coordinate to 0.1 px, to keep the file small. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
