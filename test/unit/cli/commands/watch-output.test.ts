import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WatchOutput } from '../../../../src/cli/commands/watch-output.ts'
import type { Session } from '../../../../src/cli/subcommand.ts'
import type { MonitorRun } from '../../../../src/jobs/monitor/run.ts'
import type { MonitorEvent, MonitorView } from '../../../../src/verdict/monitor/view.ts'
import { healthyTarget, VIEW_NOW } from '../../../helpers/monitor-view.ts'

/** Standard output with a reader that may stop. */
class Pipe {
  readonly written: string[] = []
  isStopped = false
  #waiting: (() => void)[] = []

  readonly write = (text: string, done: () => void): boolean => {
    this.written.push(text)
    if (this.isStopped) this.#waiting.push(done)
    else done()
    return !this.isStopped
  }

  async read(): Promise<void> {
    this.isStopped = false
    for (const done of this.#waiting.splice(0)) done()
    await vi.advanceTimersByTimeAsync(0)
  }

  get events(): string[] {
    return this.written
      .join('')
      .split('\n')
      .filter(line => line !== '')
      .map(line => (JSON.parse(line) as { readonly event: string }).event)
  }
}

let pipe = new Pipe()
let events: MonitorEvent[] = []

beforeEach(() => {
  vi.useFakeTimers()
  pipe = new Pipe()
  events = []
  vi.spyOn(process.stdout, 'write').mockImplementation(pipe.write as typeof process.stdout.write)
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

function view(): MonitorView {
  return {
    now: VIEW_NOW,
    startedAt: VIEW_NOW,
    engine: 'kernel',
    isPaused: false,
    targets: [{ ...healthyTarget, events: [...events] }],
  }
}

test('a reader that stops gets fewer lines, and each event later', async () => {
  const session = { onStdout: 'json', isLive: false, line: { clear: () => {} } } as unknown as Session
  const output = new WatchOutput({ view } as unknown as MonitorRun, session, { every: 1000, isVerbose: false })
  const end = new AbortController()
  const printed = output.printUntil(end)
  await vi.advanceTimersByTimeAsync(2000)
  expect(pipe.events).toEqual(['start', 'interval', 'interval'])
  pipe.isStopped = true
  await vi.advanceTimersByTimeAsync(1000)
  expect(pipe.events).toEqual(['start', 'interval', 'interval', 'interval'])
  events = [{ at: VIEW_NOW, kind: 'outageBegan', text: 'no reply to 2 probes in a row' }]
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(pipe.events).toEqual(['start', 'interval', 'interval', 'interval'])
  await pipe.read()
  await vi.advanceTimersByTimeAsync(250)
  expect(pipe.events.slice(4)).toEqual(['change', 'interval'])
  await vi.advanceTimersByTimeAsync(1000)
  expect(pipe.events.slice(6)).toEqual(['interval'])
  end.abort()
  await printed
})
