import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonitorView, TargetView } from '../../../../src/verdict/monitor/view.ts'
import { drawLast, drawScreen } from '../../../../src/report/screen/draw-screen.ts'
import type { Frame } from '../../../../src/report/screen/frame.ts'
import { frameDifference } from '../../../../src/report/screen/frame-difference.ts'
import { frameText } from '../../../../src/report/screen/frame-text.ts'
import { MARKS } from '../../../../src/report/screen/marks.ts'
import { afterKey, FIRST_STATE, type ScreenState } from '../../../../src/report/screen/screen-state.ts'
import { targetKey } from '../../../../src/verdict/monitor/target-key.ts'
import { characterWidth, displayWidth } from '../../../../src/report/text/width.ts'
import {
  healthyTarget,
  healthyView,
  mixedView,
  pausedView,
  targetInOutage,
  unresolvedTarget,
} from '../../../helpers/monitor-view.ts'
import { ScreenModel } from '../../../helpers/screen-model.ts'
import { HOSTILE } from '../result-files.ts'

const localTime = (ms: number): string => new Date(ms).toISOString()

function frameOf(view: MonitorView, width: number, height: number, state: Partial<ScreenState> = {}): Frame {
  return drawScreen(view, { ...FIRST_STATE, ...state }, { width, height, localTime }).frame
}

function linesOf(frame: Frame): string[] {
  return Array.from({ length: frame.height }, (_, row) => frame.line(row))
}

function textOf(...args: Parameters<typeof frameOf>): string {
  return linesOf(frameOf(...args)).join('\n')
}

/** The text that ends in the column where a heading ends. */
function under(heading: string, lines: readonly string[], line: string): string {
  const header = lines.find(text => text.includes('loss 1m')) ?? ''
  const end = header.indexOf(heading) + heading.length
  return /(?:^| {2})([^ ].*)$/.exec(line.slice(0, end).slice(-9))?.[1] ?? line.slice(0, end).slice(-9).trim()
}

const FIGURES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'edge.exam': { 'loss 1m': '0%', 'loss all': '0.2%', 'p50 1m': '12 ms', 'p99 1m': '18.3 ms', queueing: '→ 41.2 ms' },
  '[2001:db8': { 'loss 1m': '66%', 'loss all': '6.5%', 'p50 1m': '18 ms', 'p99 1m': '24.3 ms', queueing: '–' },
  'core.exam': { 'loss 1m': '25.0%', 'loss all': '25.00%', 'p50 1m': '3 ms', 'p99 1m': '9.30 ms', queueing: '–' },
  'gone.exam': { 'loss 1m': '–', 'loss all': '–', 'p50 1m': '–', 'p99 1m': '–', queueing: '–' },
}

describe('the overview', () => {
  test.each([
    [60, ['loss 1m', 'loss all', 'p99 1m']],
    [72, ['loss 1m', 'loss all', 'p50 1m', 'p99 1m']],
    [100, ['loss 1m', 'loss all', 'p50 1m', 'p99 1m', 'queueing']],
    [140, ['loss 1m', 'loss all', 'p50 1m', 'p99 1m', 'queueing', 'last event']],
  ])('of %i columns has these', (width, headings) => {
    const header = linesOf(frameOf(mixedView, width, 24))[2] ?? ''
    expect(header).toMatch(new RegExp(headings.join(' +')))
    expect(header.includes('last event')).toBe(headings.includes('last event'))
    expect(header.includes('queueing')).toBe(headings.includes('queueing'))
  })

  test('shows every figure whole or not at all, from 60 to 200 columns', () => {
    for (let width = 60; width <= 200; width++) {
      const lines = linesOf(frameOf(mixedView, width, 24))
      const header = lines[2] ?? ''
      for (const [name, figures] of Object.entries(FIGURES)) {
        const line = lines.find(text => text.slice(2).startsWith(name)) ?? ''
        for (const [heading, figure] of Object.entries(figures))
          if (header.includes(heading))
            expect([width, heading, under(heading, lines, line)]).toEqual([width, heading, figure])
      }
    }
  })

  test('cuts no number in names and sentences', () => {
    for (let width = 60; width <= 200; width++)
      for (const hasFlows of [false, true])
        expect(textOf(mixedView, width, 40, { hasFlows })).not.toMatch(/\d…|\d[.:]…/)
    expect(textOf(mixedView, 60, 24)).toMatch(/^ {2}edge\.example:… /m)
  })

  test('a strip has the newest slots at its right, each with the mark of its state', () => {
    const line = linesOf(frameOf(mixedView, 200, 24)).find(text => text.includes('2001:db8')) ?? ''
    expect(/[▪→?·]+/.exec(line)?.[0]).toBe(`${'▪'.repeat(20)}${'→'.repeat(27)}${'?'.repeat(12)}·`)
    const narrow = linesOf(frameOf(mixedView, 60, 24)).find(text => text.includes('2001:db8')) ?? ''
    expect(/[▪→?·]+/.exec(narrow)?.[0]).toBe('???????????·')
  })

  test('says why nothing is sent instead of a strip', () => {
    expect(textOf(mixedView, 200, 24)).toMatch(
      /gone\.example:9000 +gone\.example has no address \(ENOTFOUND\) +– +– +–/,
    )
  })

  test('nothing settled is no loss of 0%', () => {
    const none = { settled: 0, lost: 0, missed: 0 }
    const view = { ...healthyView, targets: [{ ...healthyTarget, minute: none, sinceStart: none }] }
    expect(textOf(view, 100, 24)).toMatch(/· +– +– +– +–/)
  })

  test('wide and combining characters of a name move no column', () => {
    const names = ['東京.example:9000', 'a\u0301e\u0301.example:9000', 'plain.example:9000']
    const lines = linesOf(
      frameOf({ ...mixedView, targets: names.map(target => ({ ...healthyTarget, target })) }, 120, 24),
    )
    const columns = lines
      .filter(line => line.includes('example:9000 ') && line.includes('▪'))
      .map(line => displayWidth(line.slice(0, line.indexOf('▪'))))
    expect(columns).toHaveLength(3)
    expect(new Set(columns).size).toBe(1)
  })

  test.each([
    ['name', ['[2001', 'core.', 'edge.', 'gone.']],
    ['loss', ['[2001', 'core.', 'edge.', 'gone.']],
    ['p99', ['[2001', 'edge.', 'core.', 'gone.']],
    ['last event', ['[2001', 'core.', 'edge.', 'gone.']],
  ] as const)('in the order of %s', (sort, names) => {
    const lines = linesOf(frameOf(mixedView, 100, 24, { sort })).slice(3, 7)
    expect(lines.map(line => line.slice(2, 7))).toEqual(names)
  })

  test('flows have rows below their target', () => {
    expect(textOf(mixedView, 140, 30, { hasFlows: true })).toMatch(
      /core\.example:9000.*\n +from port 40003 .*\n +from port 40004 .*\n +from port 40005 .* 100% +100% +– +–\n +from port 40006 /,
    )
  })

  test('more targets than rows: the selected one is visible, with its place', () => {
    const targets = Array.from({ length: 100 }, (_, index): TargetView => ({
      ...healthyTarget,
      target: `host${index}:9000`,
    }))
    let state = FIRST_STATE
    for (const key of ['down', 'pageDown', 'pageDown', 'pageDown']) {
      const { shown } = drawScreen({ ...healthyView, targets }, state, { width: 100, height: 24, localTime })
      state = afterKey(state, key, shown)
    }
    const text = textOf({ ...healthyView, targets }, 100, 24, state)
    expect(text).toMatch(/^› host52:9000 /m)
    expect(text).toContain('44–61 of 100')
  })

  test('a pause is visible at every width', () => {
    for (let width = 60; width <= 200; width++) expect(textOf(pausedView, width, 10)).toContain(' PAUSED')
    expect(textOf(pausedView, 120, 24)).toContain('PAUSED: no probes are sent')
    expect(textOf(healthyView, 120, 24)).not.toContain('PAUSED')
  })

  test('what happens to all targets at once is one event', () => {
    const targets = ['a:1', 'b:2', 'c:3'].map((target, index) => {
      const at = mixedView.now - 5000 + 100 * index
      return { ...healthyTarget, target, events: [{ at, kind: 'paused', text: 'paused' }] as const }
    })
    expect(textOf({ ...mixedView, targets }, 100, 24).match(/^ .*paused$/gm)).toEqual(['  11:59:55  3 targets  paused'])
  })

  test('zoomed out, a cell is the worst of several slots, and the scale is shown', () => {
    const text = textOf({ ...mixedView, targets: [targetInOutage] }, 140, 24, { zoom: 2 })
    expect(text).toContain('worst of 5 a cell')
    expect(text).toContain(' ▪▪▪▪→→→→→→??· ')
  })
})

test('rows with the same target and module are named by their size', () => {
  const targets = [64, 1472].map(size => ({ ...healthyTarget, sizes: [size], size }))
  const text = textOf({ ...healthyView, targets }, 140, 24)
  for (const size of [64, 1472]) expect(text).toContain(`edge.example:9000 (default, ${size} B)`)
})

test('targets come and go: the selected one stays selected, and the details of a removed one give way to the list', () => {
  const surroundings = { width: 140, height: 24, localTime }
  const selected = targetKey(targetInOutage)
  const state: ScreenState = { ...FIRST_STATE, selected }
  const marked = (targets: readonly TargetView[]): string | undefined =>
    linesOf(drawScreen({ ...mixedView, targets }, state, surroundings).frame).find(line => line.startsWith('›'))
  const added = { ...healthyTarget, target: '0.example:9000' }
  expect(marked(mixedView.targets)).toContain(targetInOutage.target)
  expect(marked([...mixedView.targets, added])).toContain(targetInOutage.target)
  expect(marked([healthyTarget, targetInOutage])).toContain(targetInOutage.target)
  expect(marked([healthyTarget, added])).toContain(added.target)

  const detail: ScreenState = { ...state, page: 'detail' }
  const without = { ...mixedView, targets: [healthyTarget, unresolvedTarget] }
  const { frame, shown } = drawScreen(without, detail, surroundings)
  expect(linesOf(frame).join('\n')).toContain('loss 1m')
  expect(afterKey(detail, 'down', shown)).toMatchObject({ page: 'overview', selected: shown.rows[1] })
  expect(afterKey(detail, 'enter', shown)).toMatchObject({ page: 'detail', selected: shown.rows[0] })
})

describe('the details', () => {
  const page = { page: 'detail', selected: targetKey({ target: 'core.example:9000', module: 'ecmp' }) } as const

  test('have ledger, strip, flows and events', () => {
    const text = textOf(mixedView, 100, 60, page)
    expect(text).toContain(
      'to 192.0.2.30:9000 · 1400 B every 1 s · timeout 1 s · module ecmp · site=berlin · role=core',
    )
    expect(text).toMatch(/last minute +25\.0% +59 of 236 +2\.60 ms +3 ms +9\.30 ms +12\.1 ms/)
    expect(text).toMatch(/damaged +truncated +1770 +73\.75% +█+▊ +only the beginning came/)
    expect(text).toMatch(/in flight +open +31 .*\n +lost +9 .*direction not known yet\n += 2400 scheduled/)
    expect(text).toMatch(/40005 +→+\?+· +100% +100% +– +–/)
    expect(text).toMatch(/11:58:30 {2}this process did not run for at least 4\.3 s: 4 probes were not sent/)
  })

  test('the round trips of the newest strip are below it, column by column', () => {
    const lines = linesOf(frameOf(mixedView, 100, 60, { page: 'detail', selected: targetKey(targetInOutage) }))
    const strip = lines.findIndex(line => line.includes('→→→'))
    const columns = [...(lines[strip] ?? '')].map((mark, column) => ({
      mark,
      block: lines[strip + 8]?.[column] ?? ' ',
    }))
    for (const { mark, block } of columns.slice(12)) expect(block === ' ').toBe(mark !== '▪')
  })

  test('what is lower than the screen can be scrolled to', () => {
    const last = /core\.example is 192\.0\.2\.30/
    expect(textOf(mixedView, 100, 20, page)).not.toMatch(last)
    const { shown } = drawScreen(mixedView, { ...FIRST_STATE, ...page }, { width: 100, height: 20, localTime })
    const end = afterKey({ ...FIRST_STATE, ...page }, 'end', shown)
    expect(textOf(mixedView, 100, 20, end)).toMatch(last)
  })

  test('a target that is gone leads back to the overview', () => {
    expect(textOf(healthyView, 100, 24, page)).toMatch(/^› edge\.example:9000/m)
  })

  test('nothing is known of a target without an address', () => {
    const text = textOf(mixedView, 100, 40, { page: 'detail', selected: targetKey(unresolvedTarget) })
    expect(text).toContain('no address · ')
    expect(text).toContain('nothing is sent: gone.example has no address (ENOTFOUND)')
    expect(text).toMatch(/last minute +– +nothing settled +– +– +– +–/)
    expect(text).toMatch(/last reply +none yet/)
  })
})

test('each state has a mark of its own, one column wide, and the help has all of them', () => {
  expect(new Set(MARKS.map(({ mark }) => mark)).size).toBe(MARKS.length)
  const help = textOf(mixedView, 60, 60, { hasHelp: true })
  for (const { mark, meaning } of MARKS) {
    expect(characterWidth(mark)).toBe(1)
    expect(help).toMatch(new RegExp(`^ +${mark.replace('?', '\\?')} +${meaning}$`, 'm'))
  }
})

test('a screen that is too small shows only this', () => {
  expect(textOf(mixedView, 39, 24)).toMatch(/^needs at least 40×5\n*$/)
  expect(textOf(mixedView, 5, 2)).toBe('needs\n')
})

test('text from outside cannot control the terminal', () => {
  const target = {
    ...unresolvedTarget,
    target: HOSTILE,
    module: HOSTILE,
    idle: HOSTILE,
    labels: { [HOSTILE]: HOSTILE },
    events: [{ at: mixedView.now, kind: 'resolveFailed', text: HOSTILE }] as const,
  }
  const view = { ...mixedView, targets: [target, healthyTarget] }
  const state = { selected: targetKey({ target: HOSTILE, module: HOSTILE }) }
  for (const page of ['overview', 'detail'] as const)
    for (const width of [60, 100, 200]) {
      const frame = frameOf(view, width, 40, { ...state, page })
      expect(frameText(frame, false)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
    }
})

test('the last view is the overview without keys', () => {
  const text = frameText(
    drawLast(mixedView, { ...FIRST_STATE, page: 'detail' }, { width: 100, height: 24, localTime }),
    false,
  )
  expect(text).toMatch(/^ udptool watch[^]*gone\.example:9000[^\n]*\n$/)
  expect(text).not.toContain('quit')
  expect(text).not.toContain('›')
})

test('after any views, keys and sizes, a terminal with the differences shows what one with the last frame shows', async () => {
  const view = fc.constantFrom(healthyView, mixedView, pausedView)
  const key = fc.constantFrom(...'?+-sfpjk', 'up', 'down', 'pageDown', 'end', 'enter', 'escape')
  const size = fc.record({ width: fc.integer({ min: 20, max: 130 }), height: fc.integer({ min: 3, max: 30 }) })
  const step = fc.oneof({ weight: 2, arbitrary: key }, { weight: 1, arbitrary: view }, { weight: 1, arbitrary: size })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
      let [state, shown] = [FIRST_STATE, undefined as Frame | undefined]
      let now: MonitorView = mixedView
      let area = { width: 100, height: 24 }
      const live = new ScreenModel(area.width, area.height)
      const draw = async (): Promise<Frame> => {
        const { frame } = drawScreen(now, state, { ...area, localTime })
        await live.write(frameDifference(shown, frame, true))
        return frame
      }
      shown = await draw()
      for (const event of steps) {
        if (typeof event === 'string')
          state = afterKey(state, event, drawScreen(now, state, { ...area, localTime }).shown)
        else if ('targets' in event) now = event
        else {
          area = event
          live.resize(area.width, area.height)
        }
        shown = await draw()
      }
      const whole = new ScreenModel(area.width, area.height)
      await whole.write(frameDifference(undefined, shown, true))
      expect(live.cells()).toEqual(whole.cells())
      expect(live.lines()).toEqual(linesOf(shown))
    }),
    { numRuns: 60 },
  )
})
