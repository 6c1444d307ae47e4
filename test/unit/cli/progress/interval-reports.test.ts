import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  IntervalReports,
  readReportInterval,
  type ReportInterval,
} from '../../../../src/cli/progress/interval-reports.ts'
import { LiveLine } from '../../../../src/cli/progress/live-line.ts'
import { SECOND } from '../../../../src/base/nanos.ts'
import { answered, crafted, silent, times } from '../../ledger/crafted.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

interface Shown {
  readonly quiet?: boolean
  readonly onStdout?: 'table' | 'ndjson'
}

/** Reports by a clock that stands until it is set, s. */
function reporting(interval: ReportInterval, { quiet = false, onStdout = 'table' }: Shown = {}) {
  let now = 0
  const lines: string[] = []
  const events: string[] = []
  const write = (text: string): boolean => lines.push(text) > 0
  const line = new LiveLine({ isTTY: false, write } as unknown as NodeJS.WriteStream, quiet)
  vi.spyOn(process.stdout, 'write').mockImplementation(text => events.push(String(text)) > 0)
  const reports = new IntervalReports(interval, { line, onStdout }, { now: () => now * 1000 })
  const facts = crafted([...times(3, answered()), silent()])
  return {
    lines,
    events,
    reports,
    facts,
    at: (seconds: number): void => {
      now = seconds
    },
    see: (seconds: number, check?: string): void => {
      now = seconds
      reports.advance(facts, 0, check)
    },
  }
}

const EACH_2S = { every: 2 * SECOND, isAutomatic: false }

describe('lines', () => {
  test('none while a run waits for its target', () => {
    const { lines, see } = reporting(EACH_2S)
    see(20)
    see(21.9)
    expect(lines).toEqual([])
    see(22)
    expect(lines).toHaveLength(1)
  })

  test('one for each interval that has passed', () => {
    const { lines, see, at, reports } = reporting(EACH_2S)
    for (const seconds of [0, 1.9]) see(seconds)
    expect(lines).toEqual([])
    see(2)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d 4 sent · 3 replies · loss 25% \(1 of 4\) · rtt p50 1 ms, p99 1 ms\n$/u,
    )
    see(3.9)
    expect(lines).toHaveLength(1)
    // After a pause of several intervals the next one ends where it would have ended.
    see(9)
    see(9.9)
    expect(lines).toHaveLength(2)
    see(10)
    expect(lines).toHaveLength(3)
    at(10.5)
    reports.finish()
    // Nothing happened since the last line.
    expect(lines).toHaveLength(3)
  })

  test('one for the rest, if the run ended within an interval', () => {
    const { lines, see, reports } = reporting(EACH_2S)
    see(1)
    reports.finish()
    expect(lines).toHaveLength(1)
  })

  test('each has the name of its check', () => {
    const { lines, see } = reporting(EACH_2S)
    see(0, 'lan')
    see(2, 'wan')
    expect(lines.map(line => line.replace(/^\S+ (\S+) .*\n$/u, '$1'))).toEqual(['lan:', 'wan:'])
  })

  test('a check that was reported on has a line for the rest, a short one has none', () => {
    const { lines, see, reports } = reporting(EACH_2S)
    see(0, 'lan')
    reports.endCheck('lan')
    see(1, 'wan')
    see(2, 'wan')
    see(2.5, 'wan')
    reports.endCheck('wan')
    expect(lines).toHaveLength(1)
    see(3, 'far')
    see(4, 'far')
    const facts = crafted(times(2, answered()))
    reports.advance(facts, 0, 'far')
    reports.endCheck('far')
    expect(lines.map(line => line.replace(/^\S+ (\S+) .*\n$/u, '$1'))).toEqual(['wan:', 'far:', 'far:'])
  })

  test('the rounds of a search add up', () => {
    const { lines, see, reports } = reporting(EACH_2S)
    reports.beginRound(0)
    see(0)
    reports.beginRound(1)
    reports.advance(crafted(times(2, answered())), 0)
    reports.finish()
    expect(lines).toEqual([expect.stringContaining(' 6 sent · 5 replies · loss 17% (1 of 6) · ')])
  })

  test('those that a user asked for come with --quiet too', () => {
    const { lines, see } = reporting(EACH_2S, { quiet: true })
    see(0)
    see(2)
    expect(lines).toHaveLength(1)
  })
})

describe('events', () => {
  test('an object for each line where NDJSON goes to standard output', () => {
    const { events, see } = reporting(EACH_2S, { onStdout: 'ndjson' })
    for (const seconds of [0, 2, 4]) see(seconds)
    expect(events.map(text => JSON.parse(text) as object)).toEqual([
      expect.objectContaining({ event: 'interval', elapsedMs: 2000, sent: 4, lost: 1 }),
      expect.objectContaining({ event: 'interval', elapsedMs: 4000, sent: 4, lost: 1 }),
    ])
  })

  test('none elsewhere, and none that nobody asked for', () => {
    const table = reporting(EACH_2S)
    const automatic = reporting({ ...EACH_2S, isAutomatic: true }, { onStdout: 'ndjson' })
    for (const { see } of [table, automatic]) {
      see(0)
      see(2)
    }
    automatic.reports.finish()
    expect([table.events, table.lines.length]).toEqual([[], 1])
    expect([automatic.events, automatic.lines.length]).toEqual([[], 1])
  })
})

describe('the interval', () => {
  test('is 30 s in CI by default, unless --quiet', () => {
    vi.stubEnv('CI', 'true')
    expect(readReportInterval({})).toEqual({ every: 30 * SECOND, isAutomatic: true })
    expect(readReportInterval({ quiet: true })).toBeUndefined()
    expect(readReportInterval({ reportInterval: '0' })).toBeUndefined()
    expect(readReportInterval({ reportInterval: '2s', quiet: true })).toEqual(EACH_2S)
  })

  test('is the one of the command line elsewhere', () => {
    for (const name of ['CI', 'GITHUB_ACTIONS', 'GITEA_ACTIONS', 'FORGEJO_ACTIONS', 'TF_BUILD', 'TEAMCITY_VERSION'])
      vi.stubEnv(name, undefined)
    for (const name of ['GITLAB_CI', 'TRAVIS']) vi.stubEnv(name, undefined)
    expect(readReportInterval({})).toBeUndefined()
    expect(readReportInterval({ reportInterval: '2s' })).toEqual(EACH_2S)
  })
})
