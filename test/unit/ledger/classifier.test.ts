import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { TRAIT } from '../../../src/facts/probe-table.ts'
import { probeSize, type RunFacts } from '../../../src/facts/run.ts'
import { Classifier, type Side } from '../../../src/ledger/classifier.ts'
import type { Fate } from '../../../src/ledger/fate.ts'
import { ReplyCensus } from '../../../src/ledger/reply-census.ts'
import {
  answered,
  crafted,
  cut,
  echoed,
  refused,
  silent,
  withTotals,
  unreachable,
  wrong,
  type CraftedRow,
} from './crafted.ts'

const SAME = TRAIT.same | TRAIT.answered
const UPPER = TRAIT.upper | TRAIT.answered

function classifierOf(facts: RunFacts): Classifier {
  return new Classifier(facts, ReplyCensus.of(facts))
}

function fatesOf(facts: RunFacts): Fate[] {
  return ofRows(facts, (classifier, page, row, size, client) => classifier.fate(page, row, size, client))
}

function sidesOf(facts: RunFacts): Side[] {
  return ofRows(facts, (classifier, page, row, size) => classifier.side(page, row, size))
}

type Ask<T> = (
  classifier: Classifier,
  page: ReturnType<RunFacts['probes']['open']>,
  row: number,
  size: number,
  client: number,
) => T

function ofRows<T>(facts: RunFacts, ask: Ask<T>): T[] {
  const classifier = classifierOf(facts)
  const { clients } = facts.plan
  const rows = facts.clients.reduce((sum, client) => sum + client.scheduled, 0)
  return Array.from({ length: rows }, (_, row) => {
    return ask(classifier, facts.probes.open(row), row, probeSize(facts.plan, Math.floor(row / clients)), row % clients)
  })
}

describe('the rule of the replies', () => {
  test.each<[string, readonly CraftedRow[], Classifier['rule'], readonly Fate[]]>([
    ['none without a reply', [silent()], 'none', ['lostUnknown']],
    ['same if replies have no letters', [answered(), answered()], 'same', ['intact', 'intact']],
    ['same', [answered({ traits: SAME }), answered()], 'same', ['intact', 'intact']],
    ['upper', [answered({ traits: UPPER }), answered()], 'upper', ['intact', 'intact']],
    [
      'mixed: those of the other rule are corrupt',
      [answered({ traits: UPPER }), answered({ traits: UPPER }), answered({ traits: SAME }), answered()],
      'mixed',
      ['intact', 'intact', 'corrupt', 'intact'],
    ],
    [
      'mixed, equally often: the unchanged bytes are right',
      [answered({ traits: UPPER }), answered({ traits: SAME })],
      'mixed',
      ['corrupt', 'intact'],
    ],
    [
      'a prefix shows the rule and follows it, as a whole reply does',
      [cut(60, { traits: UPPER }), answered({ traits: UPPER }), cut(60, { traits: SAME })],
      'mixed',
      ['truncated', 'intact', 'corrupt'],
    ],
    ['a wrong reply shows no rule', [wrong(5), answered({ traits: UPPER })], 'upper', ['corrupt', 'intact']],
  ])('%s', (_, rows, rule, fates) => {
    const facts = crafted(rows)
    expect(classifierOf(facts).rule).toBe(rule)
    expect(fatesOf(facts)).toEqual(fates)
  })
})

describe('a reply of kind Q', () => {
  test('in a run with D was damaged before the server', () => {
    const returned = wrong(5, { traits: TRAIT.sideRequest })
    const facts = crafted([returned, echoed()], { clients: [{ damagedArrivals: 1 }] })
    expect(fatesOf(facts)).toEqual(['corrupt', 'corrupt'])
    expect(sidesOf(facts)).toEqual(['request', 'request'])
  })

  test('in a run with R was damaged before the server', () => {
    const facts = crafted([answered(), echoed(), cut(60, { traits: TRAIT.same })])
    expect(fatesOf(facts)).toEqual(['intact', 'corrupt', 'corrupt'])
    expect(sidesOf(facts).slice(1)).toEqual(['request', 'request'])
  })

  test('holds for every client of the run', () => {
    expect(fatesOf(crafted([answered(), echoed()], { plan: { clients: 2 } }))).toEqual(['intact', 'corrupt'])
  })

  test('in a run without R is right: the server is not udptool', () => {
    const facts = crafted([echoed(), cut(60, { traits: TRAIT.same })])
    expect(fatesOf(facts)).toEqual(['intact', 'truncated'])
    expect(sidesOf(facts)[1]).toBe('unknown')
  })

  test('for a probe too small for a check is right: it is plain data to any server', () => {
    const facts = crafted([answered(), echoed(), cut(20, { traits: TRAIT.same })], { plan: { sizes: [128, 33, 33] } })
    expect(fatesOf(facts)).toEqual(['intact', 'intact', 'truncated'])
    expect(fatesOf(crafted([answered(), echoed()], { plan: { sizes: [128, 34] } }))).toEqual(['intact', 'corrupt'])
  })

  test('cut below its check before the server is truncated, from client to server', () => {
    const facts = crafted([answered(), cut(33, { traits: TRAIT.same })])
    expect(fatesOf(facts)).toEqual(['intact', 'truncated'])
    expect(sidesOf(facts)[1]).toBe('request')
    expect(fatesOf(crafted([answered(), cut(34, { traits: TRAIT.same })]))).toEqual(['intact', 'corrupt'])
  })
})

test('a reply is late after the timeout, not at it', () => {
  const timeout = 100 * MILLISECOND
  const rows = [timeout, timeout + 1].map(rtt => answered({ sent: 0, arrived: rtt }))
  expect(fatesOf(crafted(rows, { plan: { timeout } }))).toEqual(['intact', 'late'])
})

test('a late reply that is cut or wrong is classified as cut or wrong', () => {
  const late = { sent: 0, arrived: 5000 * MILLISECOND }
  expect(fatesOf(crafted([answered(), cut(60, late), wrong(3, late)]))).toEqual(['intact', 'truncated', 'corrupt'])
})

test('our own refusals and ICMP errors', () => {
  expect(fatesOf(crafted([refused(90), unreachable()]))).toEqual(['refused', 'unreachable'])
})

describe('sides that the reply itself shows', () => {
  test.each<[string, number, Side]>([
    ['request', TRAIT.sideRequest, 'request'],
    ['reply', TRAIT.sideReply, 'reply'],
    ['hidden', TRAIT.sideHidden, 'unknown'],
    ['open, of a udptool server', TRAIT.answered, 'unknown'],
    ['open, of kind Q', 0, 'request'],
    ['hidden, of kind Q', TRAIT.sideHidden, 'unknown'],
  ])('%s', (_, traits, side) => {
    expect(sidesOf(crafted([answered(), wrong(40, { traits })]))[1]).toBe(side)
  })
})

describe('receipts', () => {
  const rows = [answered(), silent('notReceived'), silent('received'), silent('answered'), silent('withheld'), silent()]
  const fates = ['lostForward', 'lostUnknown', 'lostReturn', 'lostServerPolicy', 'lostUnknown'] as const
  const unknown = fates.map(() => 'lostUnknown')

  test('each state is a fate; received and not yet answered is none', () => {
    const facts = crafted(rows, { clients: [withTotals()] })
    expect(fatesOf(facts).slice(1)).toEqual(fates)
    expect(classifierOf(facts).void).toBe(false)
  })

  test('that are partial are believed as far as they go', () => {
    const { receipts } = withTotals()
    expect(fatesOf(crafted(rows, { clients: [{ receipts: { ...receipts, state: 'partial' } }] })).slice(1)).toEqual(
      fates,
    )
  })

  test.each(['unasked', 'none'] as const)('%s: no totals, no direction', state => {
    expect(fatesOf(crafted(rows, { clients: [{ receipts: { state } }] })).slice(1)).toEqual(unknown)
  })

  test('of a server that echoed the request are none', () => {
    const { receipts } = withTotals()
    expect(fatesOf(crafted(rows, { clients: [{ receipts: { ...receipts, state: 'foreign' } }] })).slice(1)).toEqual(
      unknown,
    )
  })

  test('that are void prove nothing', () => {
    const facts = crafted(rows, { clients: [withTotals({ distinct: 1 })] })
    expect(fatesOf(facts).slice(1)).toEqual(unknown)
    expect(classifierOf(facts).void).toBe(true)
  })

  test('that deny an answered probe are void', () => {
    const denied = answered({ traits: TRAIT.same | TRAIT.answered | (1 << TRAIT.receiptShift) })
    const facts = crafted([denied, ...rows], { clients: [withTotals()] })
    expect(classifierOf(facts).void).toBe(true)
    expect(fatesOf(facts).slice(2)).toEqual(unknown)
  })

  test('are void for the client that they contradict, and whole for the others', () => {
    const lost = silent('answered')
    const facts = crafted([answered(), answered(), lost, lost], {
      plan: { clients: 2 },
      clients: [withTotals({ distinct: 0 }), withTotals()],
    })
    expect(classifierOf(facts).believed).toEqual([false, true])
    expect(fatesOf(facts).slice(2)).toEqual(['lostUnknown', 'lostReturn'])
  })

  test('do not include a probe too small for a check', () => {
    const facts = crafted([answered(), silent('notReceived'), silent('notReceived')], {
      plan: { sizes: [128, 33, 34] },
      clients: [withTotals()],
    })
    expect(fatesOf(facts).slice(1)).toEqual(['lostUnknown', 'lostForward'])
  })
})
