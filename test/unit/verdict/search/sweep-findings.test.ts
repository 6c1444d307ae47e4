import { describe, expect, test } from 'vitest'
import { sweepFindings } from '../../../../src/verdict/search/sweep-findings.ts'
import type { Result, ResultSweep } from '../../../../src/verdict/result.ts'
import {
  answered,
  crafted,
  cut,
  refused,
  silent,
  withTotals,
  unreachable,
  type CraftedRow,
} from '../../ledger/crafted.ts'
import { resultOf } from '../context.ts'

const CONTROL = 128
const EMSGSIZE = 90
const CYCLES = 5

const whole = answered()
const lost = silent('notReceived')

/** The Result of five cycles of these sizes, each with these outcomes of its probes, and two controls a cycle. */
function resultOfSizes(fates: Readonly<Record<number, CraftedRow>>, control: CraftedRow = whole): Result {
  const tried = Object.entries(fates)
  const sizes = [CONTROL, ...tried.map(([size]) => Number(size)), CONTROL]
  const cycle = [control, ...tried.map(([, row]) => row), control]
  const rows = Array.from({ length: CYCLES }, () => cycle).flat()
  return resultOf(crafted(rows, { plan: { sizes }, clients: [withTotals({ distinct: rows.length })] }))
}

function found(fates: Readonly<Record<number, CraftedRow>>, control?: CraftedRow): ResultSweep {
  return sweepFindings(resultOfSizes(fates, control), CONTROL, 1)
}

describe('the limits of sizes', () => {
  test('all pass', () => {
    expect(found({ 64: whole, 1472: whole, 9000: whole })).toMatchObject({ maxIntactSize: 9000, holes: [], cliffs: [] })
  })

  test('an edge is not a hole', () => {
    const sweep = found({ 1471: whole, 1472: whole, 1473: lost, 4000: lost })
    expect(sweep).toMatchObject({ maxIntactSize: 1472, holes: [] })
    expect(sweep.cliffs).toMatchObject([{ from: 1473, to: 4000, after: 1472, fate: 'lost', probes: 10 }])
    expect(sweep.cliffs[0]).not.toHaveProperty('before')
  })

  test('holes anywhere, each with its tested ends', () => {
    const sweep = found({ 100: lost, 200: whole, 300: lost, 301: lost, 302: whole, 303: lost, 304: whole, 305: lost })
    expect(sweep).toMatchObject({
      maxIntactSize: 304,
      holes: [
        [100, 100],
        [300, 301],
        [303, 303],
      ],
    })
    expect(sweep.cliffs.map(({ from, after, before }) => [from, after, before])).toEqual([
      [100, undefined, 200],
      [300, 200, 302],
      [303, 302, 304],
      [305, 304, undefined],
    ])
  })

  test('nothing passes: no largest size is claimed', () => {
    const sweep = found({ 500: lost, 600: lost })
    expect(sweep).not.toHaveProperty('maxIntactSize')
    expect(sweep.holes).toEqual([])
  })

  test('a size with one answered probe is carried, and so is one with a late answer', () => {
    const rows = [whole, lost, lost, whole, ...Array.from({ length: 8 }, () => whole)]
    const sizes = [CONTROL, 1000, 1000, 1000, ...Array.from({ length: 8 }, () => CONTROL)]
    const facts = crafted(rows, { plan: { sizes }, clients: [withTotals({ distinct: rows.length })] })
    expect(sweepFindings(resultOf(facts), CONTROL, 1)).toMatchObject({ maxIntactSize: 1000, cliffs: [] })
  })
})

describe('the fates beyond the limits', () => {
  test('cut, refused and lost are distinguished', () => {
    const sweep = found({ 1000: whole, 1100: cut(1024), 2000: cut(1024), 3000: lost, 65_508: refused(EMSGSIZE) })
    expect(sweep.cliffs.map(({ from, to, fate }) => [from, to, fate])).toEqual([
      [1100, 2000, 'truncated'],
      [3000, 3000, 'lost'],
      [65_508, 65_508, 'refused'],
    ])
  })

  test('a hole of two kinds is one hole', () => {
    const sweep = found({ 1000: whole, 1100: cut(1024), 1200: lost, 1300: whole })
    expect(sweep.holes).toEqual([[1100, 1200]])
    expect(sweep.cliffs).toHaveLength(2)
  })

  test('ICMP errors are rate-limited: silent neighbors of an error are of its kind, on both sides', () => {
    const sizes = [CONTROL, 1400, 1401, 1402, 1403, CONTROL]
    const cycle = [whole, whole, lost, unreachable(0), lost, whole]
    const facts = crafted([...cycle, ...cycle], { plan: { sizes }, clients: [withTotals({ distinct: 12 })] })
    facts.icmp.push({ errno: EMSGSIZE, mtu: 1428, reporter: '10.0.0.1' })
    expect(sweepFindings(resultOf(facts), CONTROL, 1).cliffs).toMatchObject([
      { from: 1401, to: 1403, fate: 'unreachable', probes: 6, cause: expect.stringContaining('10.0.0.1') },
    ])
  })
})

describe('size-dependent or ordinary loss', () => {
  test('the probability of ordinary loss is given', () => {
    // Five of five and none of ten controls: 1 in 3003.
    const [cliff] = found({ 500: whole, 600: lost }).cliffs
    expect(1 / (cliff?.chance ?? 0)).toBeCloseTo(3003, 6)
  })

  test('if the controls were lost too, nothing is claimed', () => {
    const sweep = found({ 500: lost, 600: whole, 700: lost }, lost)
    expect(sweep).toMatchObject({
      cliffs: [],
      holes: [],
      unsure: [
        [500, 500],
        [700, 700],
      ],
    })
  })

  test('one probe of one size is too few', () => {
    const rows = [whole, whole, lost, whole, whole]
    const facts = crafted(rows, {
      plan: { sizes: [CONTROL, 500, 600, 700, CONTROL] },
      clients: [withTotals({ distinct: 5 })],
    })
    expect(sweepFindings(resultOf(facts), CONTROL, 1)).toMatchObject({ cliffs: [], unsure: [[600, 600]] })
  })

  test('the controls have a separate ledger', () => {
    const { controls } = found({ 500: whole })
    expect(controls).toMatchObject({
      size: CONTROL,
      ledger: { scheduled: 10, fates: { intact: 10 } },
      loss: { count: 0 },
    })
  })
})
