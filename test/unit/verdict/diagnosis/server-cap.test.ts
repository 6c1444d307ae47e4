import { describe, expect, test } from 'vitest'
import type { Address } from '../../../../src/base/address.ts'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import type { CraftedRow } from '../../ledger/crafted.ts'
import { capSuspected, serverCapped } from '../../../../src/verdict/diagnosis/server-cap.ts'
import { answered, crafted, echoed, silent, withTotals } from '../../ledger/crafted.ts'

const FAR = { address: '192.0.2.7', port: 9000, family: 'udp4' } as const
const FAR6 = { address: '2001:db8::7', port: 9000, family: 'udp6' } as const

/**
 * Two seconds of a run with a probe every so many ms, answered by a bucket with this rate, in the simplest form: it starts with a tenth of a
 * second's worth less a tenth of that.
 */
function capped(everyMs: number, perSecond: number, size: number, target: Address = FAR) {
  let level = perSecond * 0.09
  const rows: CraftedRow[] = []
  let count = 0
  for (let ms = 0; ms < 2000; ms += everyMs) {
    level = Math.min(perSecond * 0.09, level + (everyMs * perSecond) / 1000)
    const sent = Math.round(ms * MILLISECOND)
    if (level >= 1) {
      level -= 1
      count += 1
      rows.push(answered({ sent, arrived: sent + MILLISECOND }))
    } else rows.push({ ...silent('withheld'), sent })
  }
  const withheld = rows.length - count
  const totals = withTotals({ distinct: rows.length, answered: count, withheld })
  const facts = crafted(rows, { plan: { sizes: [size], interval: everyMs * MILLISECOND }, clients: [totals] })
  return { warning: serverCapped(facts, analyzeRun(facts), target), count, withheld }
}

/** Two seconds of 2000 probes a second without receipts, of which half are lost, or another share. */
function unproved(lostOfTen: number, size: number, target: Address = FAR, reply = answered) {
  const rows = Array.from({ length: 4000 }, (_, i): CraftedRow => {
    const sent = (i * MILLISECOND) / 2
    return i % 10 < lostOfTen ? { ...silent(), sent } : reply({ sent, arrived: sent + MILLISECOND })
  })
  const facts = crafted(rows, { plan: { sizes: [size], interval: MILLISECOND / 2, receipts: false } })
  return capSuspected(facts, analyzeRun(facts), target)
}

describe('losses without receipts', () => {
  test('suggest the default cap, if it withholds as many', () => {
    const warning = unproved(5, 128)
    expect(warning).toMatchObject({ code: 'capSuspected', evidence: { count: 2000, replies: 2000, cap: 1000 } })
    expect(warning?.message).toContain('nothing proves why')
    expect(warning?.message).toContain('1000 answers a second to one /24')
    expect(warning?.hint).toContain('--rate 900pps')
    expect(warning?.hint).toContain('leave --no-receipts out')
  })

  test('also of probes too small for receipts', () => {
    expect(unproved(5, 33, FAR6, echoed)?.message).toContain('/56')
    expect(unproved(5, 33, FAR, echoed)?.hint).toContain('send 34 bytes or more')
  })

  test('do not, if they are more or fewer, on loopback, or if another program answers', () => {
    expect(unproved(1, 128)).toBeUndefined()
    expect(unproved(8, 128)).toBeUndefined()
    expect(unproved(5, 128, { ...FAR, address: '127.0.0.1' })).toBeUndefined()
    expect(unproved(5, 128, FAR, echoed)).toBeUndefined()
  })
})

describe('the warning names', () => {
  test.each([
    [FAR, '/24'],
    [FAR6, '/56'],
  ])('the default cap of answers, where it explains the run: %o', (target, network) => {
    const { warning, count, withheld } = capped(0.5, 1000, 128, target)
    expect(warning).toMatchObject({ code: 'serverCapped', evidence: { count: withheld, replies: count, cap: 1000 } })
    expect(warning?.message).toContain(`1000 answers a second to one ${network}`)
    expect(warning?.message).toMatch(/\b10\d\d replies a second/u)
    expect(warning?.message).toContain('the network did not lose them')
    expect(warning?.hint).toContain('--rate 900pps')
    expect(warning?.hint).toContain('--max-rate-per-source')
  })

  test('the default cap of bytes', () => {
    // 2 MiB are 233 datagrams of 9000 bytes.
    const { warning } = capped(1, 233, 9000)
    expect(warning?.message).toContain('2 MiB of answers')
    expect(warning?.evidence).toMatchObject({ cap: 2 ** 21 * 8, unit: 'bit/s' })
    expect(warning?.hint).toMatch(/--rate \d+kbit/u)
  })

  test('no cap that does not explain it', () => {
    const { warning, count } = capped(1, 100, 128)
    expect(warning?.message).toContain('this server has another cap')
    expect(warning?.evidence).not.toHaveProperty('cap')
    expect(warning?.evidence).toMatchObject({ replies: count })
  })

  test('no default cap on loopback, where there is none', () => {
    const { warning } = capped(0.5, 1000, 128, { ...FAR, address: '127.0.0.1' })
    expect(warning?.message).toContain('On loopback only --max-rate-per-source')
    expect(warning?.evidence).not.toHaveProperty('cap')
  })
})

test('an initial burst is not a rate', () => {
  const rows = Array.from({ length: 90 }, () => answered({ sent: 0, arrived: MILLISECOND }))
  const lost = Array.from({ length: 110 }, () => ({ ...silent('withheld'), sent: 0 }))
  const facts = crafted([...rows, ...lost], { clients: [withTotals({ distinct: 200, answered: 90, withheld: 110 })] })
  const warning = serverCapped(facts, analyzeRun(facts), FAR)
  expect(warning?.message).toContain('90 replies came back within 1 ms')
  expect(warning?.evidence).toMatchObject({ repliesPerSecond: 90, cap: 1000 })
})
