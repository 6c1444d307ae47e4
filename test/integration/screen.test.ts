import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'rolldown'
import { expect, test } from 'vitest'
import type { MonitorView } from '../../src/verdict/monitor/view.ts'
import { ROOT } from '../helpers/child.ts'
import { shared } from '../helpers/lifetime.ts'
import { mixedView, targetWithFlows } from '../helpers/monitor-view.ts'
import { PtyScreen, type PtyOptions } from '../helpers/pty-screen.ts'
import { temporaryFolder } from '../helpers/tools.ts'

/** A program that shows views from a file. */
const host = shared(async () => {
  const file = join(temporaryFolder(), 'screen-host.mjs')
  await build({ input: `${ROOT}test/helpers/screen-host.ts`, platform: 'node', output: { file } })
  return file
})

/** The screen of a monitor at a pseudo-terminal. */
function showView(
  view: MonitorView,
  options: PtyOptions = {},
): {
  file: string
  screen: PtyScreen
  change: (text: string) => void
} {
  const file = join(temporaryFolder(), 'view.json')
  const change = (text: string): void => {
    writeFileSync(`${file}.new`, text)
    renameSync(`${file}.new`, file)
  }
  change(JSON.stringify(view))
  return { file, change, screen: new PtyScreen([process.execPath, host(), file], options) }
}

async function untilContent(file: string, content: string): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (existsSync(file) && readFileSync(file, 'utf8') === content) return
    await sleep(50)
  }
  throw new Error(`${file} does not contain ${content}`)
}

test('shows targets on the alternate screen in raw mode, and restores the terminal on q', async () => {
  const { screen } = showView(mixedView)
  await screen.untilLine(/^› \[2001:db8::7\]:9000/)
  expect(screen.model.isAlternate).toBe(true)
  expect(await screen.modes()).toEqual({ canonical: false, echo: false })
  screen.type('q')
  expect(await screen.untilEnd()).toBe(0)
  expect(screen.model.isAlternate).toBe(false)
  // The last view stays, and the output after it.
  expect(screen.lines.join('\n')).toMatch(/udptool watch[^]*edge\.example:9000[^]*left by quit/)
  expect(screen.output).toContain('\u001B[?25h')
})

test('keys open the details of the selected target, pause and close again', async () => {
  const { screen } = showView(mixedView)
  await screen.untilLine(/^› \[2001:db8::7\]:9000/)
  screen.type('j')
  await screen.untilLine(/^› core\.example:9000/)
  screen.type('\r')
  await screen.untilLine(/to 192\.0\.2\.30:9000/)
  screen.type('p')
  await screen.untilLine(/ PAUSED/)
  screen.type('\u001B')
  await screen.untilLine(/^› core\.example:9000/)
  screen.type('q')
  expect(await screen.untilEnd()).toBe(0)
})

test('a change of the view changes the screen', async () => {
  const { screen, change } = showView(mixedView)
  await screen.untilLine(/^ {2}edge\.example:9000 .* 12 ms/)
  const targets = mixedView.targets.map(target => ({ ...target, target: target.target.replace('edge', '東京e\u0301') }))
  change(JSON.stringify({ ...mixedView, targets }))
  const line = await screen.untilLine(/東京/)
  const ascii = screen.lines.find(text => text.includes('core.example')) ?? ''
  // Wide and combining characters move no column.
  expect(line.indexOf('▪') + '東京'.length - 1).toBe(ascii.indexOf('→'))
})

test('after a resize the screen is that of a terminal with this size from the beginning', async () => {
  const { screen } = showView(mixedView)
  await screen.untilLine(/q quit/)
  for (const [columns, rows] of [
    [60, 20],
    [200, 50],
    [80, 24],
    [72, 12],
  ] as const) {
    const { screen: other } = showView(mixedView, { columns, rows })
    await other.untilLine(/q quit/)
    screen.resize(columns, rows)
    await screen.until(({ lines }) => lines.join('\n') === other.lines.join('\n'), `${columns}×${rows}`)
  }
})

test.each(['TERM', 'INT'] as const)('SIG%s restores the terminal', async name => {
  const { screen } = showView(mixedView)
  await screen.untilLine(/q quit/)
  screen.signal(name)
  expect(await screen.untilEnd()).toBe(0)
  expect(screen.model.isAlternate).toBe(false)
  expect(screen.lines).toContain('left by signal')
})

test('Ctrl-C counts as SIGINT', async () => {
  const { screen } = showView(mixedView)
  await screen.untilLine(/q quit/)
  screen.type('\u0003')
  expect(await screen.untilEnd()).toBe(0)
  expect(screen.lines).toContain('left by signal')
})

test('an error restores the terminal before it is printed', async () => {
  const { screen, change } = showView(mixedView)
  await screen.untilLine(/q quit/)
  change('no JSON')
  expect(await screen.untilEnd()).toBe(1)
  expect(screen.model.isAlternate).toBe(false)
  expect(screen.lines.join('\n')).toContain('SyntaxError')
})

test.each(['Ctrl-Z', 'SIGTSTP'])('%s restores the terminal, SIGCONT shows the screen again', async how => {
  const { screen } = showView(mixedView)
  await screen.untilLine(/q quit/)
  if (how === 'Ctrl-Z') screen.type('\u001A')
  else screen.signal('TSTP')
  await screen.until(({ stops, model }) => stops === 1 && !model.isAlternate, 'not stopped')
  expect(await screen.modes()).toEqual({ canonical: true, echo: true })
  screen.signal('CONT')
  await screen.until(({ model }) => model.isAlternate, 'no screen after SIGCONT')
  await screen.untilLine(/q quit/)
  expect(await screen.modes()).toEqual({ canonical: false, echo: false })
  screen.type('q')
  expect(await screen.untilEnd()).toBe(0)
})

/** Its frames are larger than the 8 KiB that Linux buffers for a pseudo-terminal (drivers/tty/pty.c). */
const largeView = {
  ...mixedView,
  targets: Array.from({ length: 100 }, (_, index) => ({ ...targetWithFlows, target: `host${index}.example:9000` })),
}
const LARGE = { columns: 300, rows: 110 }

test('a terminal that takes nothing does not block the command', async () => {
  const { screen, file } = showView(largeView, LARGE)
  await screen.untilLine(/q quit/)
  screen.hold(true)
  screen.resize(299, 110)
  // The command handles keys, although the frames after the first key are not taken.
  for (const isPaused of [true, false, true]) {
    screen.type('p')
    await untilContent(`${file}.paused`, String(isPaused))
  }
  screen.hold(false)
  screen.signal('TERM')
  expect(await screen.untilEnd()).toBe(0)
  expect(screen.model.isAlternate).toBe(false)
})

test('a terminal that was slow shows the last view', async () => {
  const { screen, change } = showView(largeView, LARGE)
  await screen.untilLine(/q quit/)
  screen.hold(true)
  screen.resize(299, 110)
  change(JSON.stringify({ ...largeView, engine: 'dgram' }))
  screen.hold(false)
  await screen.untilLine(/dgram engine/)
  await screen.untilLine(/^ {2}host57\.example:9000/)
  screen.type('q')
  expect(await screen.untilEnd()).toBe(0)
  expect(screen.model.isAlternate).toBe(false)
})

test('no escape sequence reaches a terminal that cannot move its cursor', async () => {
  const { screen } = showView(mixedView, { term: 'dumb' })
  expect(await screen.untilEnd()).toBe(0)
  expect(screen.output).toBe('no screen\r\n')
})

test('with NO_COLOR nothing is coloured', async () => {
  const { screen } = showView(mixedView, { env: { NO_COLOR: '1' } })
  await screen.untilLine(/q quit/)
  expect(
    screen.model
      .cells()
      .flat()
      .every(({ style }) => style === ''),
  ).toBe(true)
  screen.type('q')
  expect(await screen.untilEnd()).toBe(0)
})
