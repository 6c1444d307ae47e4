import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import type { Direction } from '../../../src/facts/relay.ts'
import { probeBytes, requestBytes } from './datagrams.ts'
import { came, ends, RelayHarness } from './relay-harness.ts'
import { anyRules, UNREACHABLE } from './relay-rules.ts'

test('every datagram and copy has one end, whatever the rules and the arrivals', () => {
  const arrival = fc.record({
    way: fc.constantFrom<Direction>('up', 'down'),
    flow: fc.nat(2),
    kind: fc.constantFrom('Q', 'S', 'text'),
    size: fc.integer({ min: 0, max: 300 }),
    after: fc.integer({ min: 0, max: 20 * MILLISECOND }),
    event: fc.constantFrom('nothing', 'nothing', 'nothing', 'forget', 'refuse'),
  })
  fc.assert(
    fc.property(
      anyRules,
      anyRules,
      fc.array(arrival, { maxLength: 60 }),
      fc.constantFrom(0, 1000, 1e6),
      fc.boolean(),
      (up, down, arrivals, queue, stop) => {
        const bench = new RelayHarness({ up, down, queue })
        const { facts } = bench
        let [number, left] = [0, 0]
        for (const { way, flow, kind, size, after, event } of arrivals) {
          number += 1
          const bytes = kind === 'S' ? requestBytes({ number }) : probeBytes(size, number)
          if (kind === 'text') bytes.fill(0x61)
          bench.arrive(way, bytes, flow)
          const sent = bench.run(bench.now)
          left += sent.length
          if (event === 'forget') bench.machine.evict(flow)
          if (event === 'refuse' && sent[0] !== undefined) {
            bench.machine.refused(0, sent[0].token, 1)
            left -= 1
          }
          const counts = [facts.up, facts.down].flatMap(({ datagrams, receipts }) => [datagrams, receipts])
          for (const one of counts) expect(ends(one)).toBeLessThanOrEqual(came(one))
          expect(counts.reduce((sum, { forwarded }) => sum + forwarded, 0)).toBe(left)
          bench.now += after
        }
        if (stop) bench.machine.stop(bench.now)
        else bench.run(UNREACHABLE)
        for (const { datagrams, receipts } of [facts.up, facts.down]) {
          expect(ends(datagrams)).toBe(came(datagrams))
          expect(ends(receipts)).toBe(came(receipts))
        }
        const { up: upCounts, down: downCounts } = bench.truth
        expect(upCounts.seen + downCounts.seen + facts.up.receipts.seen + facts.down.receipts.seen).toBe(
          arrivals.length,
        )
        expect(facts.up.receipts.seen + facts.down.receipts.seen).toBe(
          arrivals.filter(({ kind }) => kind === 'S').length,
        )
      },
    ),
  )
})
