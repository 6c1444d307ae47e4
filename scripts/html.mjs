// Makes the style and the script of the HTML report and of the live page, one text each, from `src/report` and uPlot. `build.mjs` writes them
// into dist as modules, and tests of src get the same from vitest.config.ts.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { compile } from './tsc.mjs'

const require = createRequire(import.meta.url)
const source = fileURLToPath(new URL('../src/', import.meta.url))

/**
 * The pages: the module with the assets of each, its styles, and the modules of its script, each before those that import it. The names in
 * the modules of a page are unique, so that all fit into one function. The landing page of an exporter has no script.
 */
const PAGES = {
  html: {
    assets: 'report/html/assets',
    folder: 'report/html/',
    styles: ['report/html/page.css'],
    modules: [
      'report/html/browser/theme',
      'report/html/browser/time-text',
      'report/html/browser/canvas-text',
      'report/html/browser/draw-points',
      'report/html/browser/draw-lanes',
      'report/html/browser/readout',
      'report/html/browser/tools',
      'report/html/browser/timeline',
      'report/html/browser/main',
    ],
  },
  live: {
    assets: 'report/live/assets',
    folder: 'report/live/',
    styles: ['report/html/page.css', 'report/live/page.css'],
    modules: [
      'verdict/monitor/target-key',
      'verdict/monitor/flow-groups',
      'report/text/share',
      'report/text/span',
      'report/result/fates',
      'report/live/state-letters',
      'report/live/state-shapes',
      'report/html/browser/theme',
      'report/html/browser/time-text',
      'report/html/browser/canvas-text',
      'report/live/browser/element',
      'report/live/browser/figure-words',
      'report/live/state-words',
      'report/live/strip-shapes',
      'report/live/browser/strip',
      'report/live/browser/slider',
      'report/live/browser/feed',
      'report/live/browser/delay-axis',
      'report/live/browser/hour-plot',
      'report/live/browser/target-line',
      'report/live/browser/target-list',
      'report/live/browser/detail-tables',
      'report/live/browser/detail-panel',
      'report/live/browser/detail-source',
      'report/live/browser/announcer',
      'report/live/browser/main',
    ],
  },
  landing: {
    assets: 'report/live/landing-assets',
    styles: ['report/html/page.css', 'report/live/landing.css'],
  },
}

/** The pages by the modules of `src` that have their assets. */
export const ASSETS_MODULES = Object.fromEntries(
  Object.entries(PAGES).map(([name, { assets }]) => [`${assets}.js`, name]),
)

/** Compiles the modules of a page into one classic script, because inline modules cannot import each other. */
function compileScript({ folder, modules }) {
  const out = mkdtempSync(join(tmpdir(), 'udptool-page-'))
  try {
    if (compile(['-p', `${source}${folder}browser`, '--outDir', out]) !== 0)
      throw new Error(`src/${folder}browser does not compile`)
    const code = modules
      .map(name => readFileSync(join(out, `${name}.js`), 'utf8'))
      .map(text => text.replaceAll(/^import .*\n/gm, '').replaceAll(/^export (?=function|const|class)/gm, ''))
    const script = `;(() => {\n'use strict'\n${code.join('')}})()\n`
    // Two modules with the same name for something are a syntax error.
    void new Script(script)
    return script
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** The hash in the form of a Content-Security-Policy. */
function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function hashed(name, text, { assets }) {
  if (/<!--/u.test(text) || new RegExp(`</${name}`, 'iu').test(text))
    throw new Error(`the ${name} of ${assets} would end its own element`)
  return { [name]: text, [`${name}Hash`]: hashOf(text) }
}

/** Style and script of a page with their hashes. Neither may contain the end tag of its element. */
function makeAssets(page) {
  const style = page.styles.map(name => readFileSync(join(source, name), 'utf8')).join('')
  if (page.modules === undefined) return hashed('style', style, page)
  const uplot = dirname(require.resolve('uplot/package.json'))
  const { version } = JSON.parse(readFileSync(join(uplot, 'package.json'), 'utf8'))
  const license = readFileSync(join(uplot, 'LICENSE'), 'utf8').trim()
  const whole = readFileSync(join(uplot, 'dist/uPlot.min.css'), 'utf8') + style
  const script = [
    `/*! uPlot ${version}\n${license}\n*/`,
    // Remove the comment at the start, whose URL would look as if the page loaded something.
    readFileSync(join(uplot, 'dist/uPlot.iife.min.js'), 'utf8').replace(/^\/\*!.*\*\/\n/, ''),
    compileScript(page),
  ].join('\n')
  return { ...hashed('style', whole, page), ...hashed('script', script, page) }
}

/** The module that the `assets.d.ts` or `landing-assets.d.ts` of a page describes. */
export function assetsModule(name) {
  return `export const ASSETS = ${JSON.stringify(makeAssets(PAGES[name]))}\n`
}

/** Writes each module next to the one that imports it. */
export function writeAssets(dist) {
  for (const [name, { assets }] of Object.entries(PAGES)) {
    writeFileSync(new URL(`${assets}.js`, dist), assetsModule(name))
    copyFileSync(join(source, `${assets}.d.ts`), new URL(`${assets}.d.ts`, dist))
  }
}
