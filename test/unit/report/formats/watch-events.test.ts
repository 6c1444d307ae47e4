import { describe, expect, test } from 'vitest'
import {
  watchChangeEvent,
  watchIntervalEvent,
  watchListeningEvent,
  watchStartEvent,
  watchSummaryEvent,
} from '../../../../src/report/formats/watch-events.ts'
import { documentedEvents, eventsIn, expectDocumented, type Event } from '../../../helpers/documented-events.ts'
import {
  healthyTarget,
  mixedView,
  targetInOutage,
  targetWithFlows,
  unresolvedTarget,
  VIEW_NOW,
} from '../../../helpers/monitor-view.ts'

const PAGE = documentedEvents('watch.md')
const localTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00')
const AT = localTime(VIEW_NOW)

/** The event of one line, with the fields and types of the page. */
function eventOf(line: string): Event {
  expect(line).toMatch(/^\{.*\}\n$/u)
  const [event] = eventsIn(line)
  if (event === undefined) throw new Error('no event')
  expectDocumented(event, PAGE)
  return event
}

describe('an interval', () => {
  test('has the figures of the view, and fates that are not zero', () => {
    expect(eventOf(watchIntervalEvent(healthyTarget, AT, false, localTime))).toEqual({
      event: 'interval',
      at: AT,
      target: 'edge.example:9000',
      module: 'default',
      labels: { site: 'berlin' },
      address: '192.0.2.9',
      port: 9000,
      minute: { ...healthyTarget.minute, loss: 0 },
      sinceStart: { ...healthyTarget.sinceStart, loss: expect.closeTo(1 / 599, 9) as number },
      ledger: { ...healthyTarget.ledger, fates: { intact: 589, lostReturn: 1 } },
      lastFate: 'intact',
      lastReplyAt: '2026-11-30T11:59:59.012+00:00',
      queue: healthyTarget.queue,
    })
  })

  test('has no loss before a probe is settled, no address before the name has one, and says why nothing is sent', () => {
    const event = eventOf(watchIntervalEvent(unresolvedTarget, AT, false, localTime))
    expect(event).toMatchObject({ minute: { settled: 0, lost: 0, missed: 0 }, idle: unresolvedTarget.idle })
    expect(Object.keys(event)).not.toContain('address')
    expect(Object.keys(event['minute'] as object)).not.toContain('loss')
  })

  test('has several flows, and with --verbose the strip', () => {
    const event = eventOf(watchIntervalEvent(targetWithFlows, AT, true, localTime))
    const flows = event['flows'] as readonly Readonly<Record<string, unknown>>[]
    expect(flows.map(({ port }) => port)).toEqual([40003, 40004, 40005, 40006])
    const strip = event['strip'] as readonly unknown[]
    expect(strip).toHaveLength(60)
    expect(strip.at(-1)).toEqual({ at: '2026-11-30T12:00:00.000+00:00', state: 'waiting' })
  })
})

test('a change has the time at which it happened; a withdrawn one says so', () => {
  const event = { at: VIEW_NOW - 2000, kind: 'outageBegan', text: 'no reply to 2 probes in a row' } as const
  expect(eventOf(watchChangeEvent(targetInOutage, event, false, localTime))).toEqual({
    event: 'change',
    at: '2026-11-30T11:59:58.250+00:00',
    target: '[2001:db8::7]:9000',
    module: 'default',
    labels: { site: 'paris' },
    kind: 'outageBegan',
    text: event.text,
  })
  expect(eventOf(watchChangeEvent(targetInOutage, event, true, localTime))['withdrawn']).toBe(true)
})

test('the begin, the page and the end', () => {
  expect(eventOf(watchStartEvent(mixedView, AT))['targets']).toHaveLength(4)
  expect(eventOf(watchListeningEvent({ address: '127.0.0.1', port: 19_000 }, mixedView, AT))).toEqual({
    event: 'listening',
    at: AT,
    protocol: 'http',
    host: '127.0.0.1',
    port: 19_000,
    targets: 4,
    engine: 'kernel',
  })
  const end = eventOf(watchSummaryEvent(mixedView, { verdict: 'fail', hasStrips: false, localTime }))
  expect(end).toMatchObject({ at: AT, durationMs: 600_000, engine: 'kernel', verdict: 'fail' })
  expect(end['targets']).toHaveLength(4)
})
