// npm run picture: draws docs/watch.svg, the picture in README.md, from the recorded view in fixtures/monitor (its README.md says how it was
// recorded). The cells are those of the screen of `udptool watch`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Columns and rows of the screen. */
export const SIZE = { width: 108, height: 18 }

/** A cell and the margin around the screen, px. */
const CELL = { width: 8, height: 18 }
const MARGIN = 12
const FONT = "13px ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
/** Colours on light and dark pages. All have a contrast of at least 4.5 with the background (WCAG 2.2, 1.4.3). */
const LIGHT = {
  back: '#ffffff',
  edge: '#d0d7de',
  plain: '#1f2328',
  dim: '#59636e',
  red: '#cf222e',
  green: '#1a7f37',
  yellow: '#7d4e00',
  blue: '#0969da',
  magenta: '#8250df',
  cyan: '#1b7c83',
}
const DARK = {
  back: '#0d1117',
  edge: '#3d444d',
  plain: '#f0f6fc',
  dim: '#9198a1',
  red: '#ff7b72',
  green: '#3fb950',
  yellow: '#d29922',
  blue: '#58a6ff',
  magenta: '#d2a8ff',
  cyan: '#56d4dd',
}
/** Marks that are drawn as rectangles, because fonts have them in different sizes: left, top, width and height as shares of a cell. */
const SHAPES = new Map([
  ['▪', [0.15, 0.3, 0.7, 0.4]],
  ['█', [0, 0, 1, 1]],
  ...['▁', '▂', '▃', '▄', '▅', '▆', '▇'].map((mark, index) => [mark, [0, 1 - (index + 1) / 8, 1, (index + 1) / 8]]),
  ...['▏', '▎', '▍', '▌', '▋', '▊', '▉'].map((mark, index) => [mark, [0, 0, (index + 1) / 8, 1]]),
])

/** A frame as SVG. `alt` is its description for those who cannot see it. */
export function drawPicture(frame, alt) {
  const width = frame.width * CELL.width + 2 * MARGIN
  const height = frame.height * CELL.height + 2 * MARGIN
  const rows = Array.from({ length: frame.height }, (_, row) => drawRow(frame, row)).flat()
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(alt)}</title>`,
    `<style>text{font:${FONT};white-space:pre}.b{font-weight:600}${rules(LIGHT)}`,
    `@media(prefers-color-scheme:dark){${rules(DARK)}}</style>`,
    `<rect class="back" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...rows,
    '</svg>',
  ].join('\n')}\n`
}

function rules(colors) {
  const { back, edge, ...inks } = colors
  return [
    `.back{fill:${back};stroke:${edge}}`,
    ...Object.entries(inks).map(([name, color]) => `.${name}{fill:${color}}`),
  ].join('')
}

function drawRow(frame, row) {
  const shapes = new Map()
  const runs = []
  for (let column = 0; column < frame.width; column++) {
    const { text, style } = frame.cell(row, column)
    const shape = SHAPES.get(text)
    if (shape !== undefined) shapes.set(style, (shapes.get(style) ?? '') + rectangle(row, column, shape))
    else if (text.trim() !== '') {
      const last = runs.at(-1)
      // One space between words belongs to their text.
      if (last?.style === style && column - last.end <= 1) {
        last.text += ' '.repeat(column - last.end) + text
        last.end = column + 1
      } else runs.push({ style, text, start: column, end: column + 1 })
    }
  }
  return [
    ...[...shapes].map(([style, path]) => `<path class="${inkOf(style)}" d="${path}"/>`),
    ...runs.map(run => textOf(row, run)),
  ]
}

function rectangle(row, column, [left, top, width, height]) {
  const x = MARGIN + (column + left) * CELL.width
  const y = MARGIN + (row + top) * CELL.height
  const [wide, high] = [width * CELL.width, height * CELL.height].map(short)
  return `M${short(x)} ${short(y)}h${wide}v${high}h-${wide}z`
}

/** Text with the width of its cells, whatever the font. */
function textOf(row, { style, text, start, end }) {
  const place = `x="${MARGIN + start * CELL.width}" y="${MARGIN + row * CELL.height + 13}"`
  return `<text class="${inkOf(style)}" ${place} textLength="${(end - start) * CELL.width}">${escaped(text)}</text>`
}

function inkOf(style) {
  return style === 'bold' || style === 'alert' ? 'plain b' : style
}

function short(value) {
  return Math.round(value * 100) / 100
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** The description of the picture, here and in README.md. */
export const ALT =
  'udptool watch on a terminal: a row for each target with the fates of its last probes, its loss and its round trips'

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { build } = await import('rolldown')
  const folder = mkdtempSync(join(tmpdir(), 'udptool-picture-'))
  try {
    const file = join(folder, 'recorded-screen.mjs')
    await build({ input: `${root}test/helpers/recorded-screen.ts`, platform: 'node', output: { file } })
    const { recordedScreen } = await import(pathToFileURL(file).href)
    const recorded = JSON.parse(readFileSync(`${root}fixtures/monitor/watch.json`, 'utf8'))
    writeFileSync(`${root}docs/watch.svg`, drawPicture(recordedScreen(recorded, SIZE), ALT))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
