// Makes the style and the script of the HTML report, one text each, from `src/report/html` and uPlot. `build.mjs` writes them into dist as
// a module, and tests of src get the same from vitest.config.ts.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from './tsc.mjs'

const require = createRequire(import.meta.url)
const source = fileURLToPath(new URL('../src/report/html/', import.meta.url))

/** Each before those that import it. Their names are unique, so that all fit into one function. */
const MODULES = [
  'theme',
  'time-text',
  'canvas-text',
  'draw-points',
  'draw-lanes',
  'readout',
  'tools',
  'timeline',
  'main',
]

/** Compiles the page's own modules into one classic script, because inline modules cannot import each other. */
function compileScript() {
  const folder = mkdtempSync(join(tmpdir(), 'udptool-page-'))
  try {
    if (compile(['-p', `${source}browser`, '--outDir', folder]) !== 0)
      throw new Error('src/report/html/browser does not compile')
    const modules = MODULES.map(name => readFileSync(join(folder, 'browser', `${name}.js`), 'utf8'))
    const code = modules.map(text =>
      text.replaceAll(/^import .*\n/gm, '').replaceAll(/^export (?=function|const)/gm, ''),
    )
    return `;(() => {\n'use strict'\n${code.join('')}})()\n`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The hash in the form of a Content-Security-Policy. */
function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** Style and script with their hashes. Neither may contain the end tag of its element. */
export function makeAssets() {
  const uplot = dirname(require.resolve('uplot/package.json'))
  const { version } = JSON.parse(readFileSync(join(uplot, 'package.json'), 'utf8'))
  const license = readFileSync(join(uplot, 'LICENSE'), 'utf8').trim()
  const style = readFileSync(join(uplot, 'dist/uPlot.min.css'), 'utf8') + readFileSync(join(source, 'page.css'), 'utf8')
  const script = [
    `/*! uPlot ${version}\n${license}\n*/`,
    // Remove the comment at the start, whose URL would look as if the page loaded something.
    readFileSync(join(uplot, 'dist/uPlot.iife.min.js'), 'utf8').replace(/^\/\*!.*\*\/\n/, ''),
    compileScript(),
  ].join('\n')
  if (/<\/style|<!--/iu.test(style) || /<\/script|<!--/iu.test(script)) {
    throw new Error('style or script of the HTML report would end its own element')
  }
  return { style, styleHash: hashOf(style), script, scriptHash: hashOf(script) }
}

/** The module that `src/report/html/assets.d.ts` describes. */
export function assetsModule() {
  return `export const ASSETS = ${JSON.stringify(makeAssets())}\n`
}

/** Writes the module next to the one that imports it. */
export function writeAssets(dist) {
  writeFileSync(new URL('report/html/assets.js', dist), assetsModule())
  copyFileSync(join(source, 'assets.d.ts'), new URL('report/html/assets.d.ts', dist))
}
