import { describe, expect, test } from 'vitest'
import { cliffCause } from '../../../../src/verdict/search/cliff-cause.ts'
import type { Result, ResultCliff } from '../../../../src/verdict/result.ts'
import { answered, crafted, cut } from '../../ledger/crafted.ts'
import { resultOf } from '../context.ts'

const QUIET = resultOf(crafted([answered()]))

function lost(after: number, from: number, to: number, before?: number): Omit<ResultCliff, 'cause'> {
  return { after, from, to, fate: 'lost', probes: 5, ...(before === undefined ? {} : { before }) }
}

function over(family: 'udp4' | 'udp6', options: Result['options'] = {}): Result {
  return { ...QUIET, options, target: { ...QUIET.target, family } }
}

describe('no replies', () => {
  test.each([
    ['udp4', 1472, 'MTU 1500', 'fragments'],
    ['udp6', 1452, 'MTU 1500', 'fragments'],
    ['udp4', 1372, 'MTU 1400', 'black hole'],
    ['udp4', 8972, 'MTU 9000', 'black hole'],
    ['udp4', 1422, 'VXLAN', 'black hole'],
  ] as const)('over %s above %i: %s, %s', (family, after, mtu, why) => {
    const cause = cliffCause(lost(after, after + 1, 65_507), [], over(family))
    expect(cause).toContain(mtu)
    expect(cause).toContain(why)
  })

  test('with DF there are no fragments to be lost', () => {
    expect(cliffCause(lost(1472, 1473, 4000), [], over('udp4', { df: 'probe' }))).toContain('black hole')
  })

  test('an edge between two distant sizes is Ethernet’s only if it lies there, and the text says so', () => {
    expect(cliffCause(lost(1000, 4000, 4000), [], QUIET)).toContain('no size between 1000 and 4000 was tested')
    expect(cliffCause(lost(1000, 1400, 4000), [], QUIET)).toBeUndefined()
  })

  test('an unknown limit has no cause', () => {
    expect(cliffCause(lost(1431, 1432, 1434, 1435), [], QUIET)).toBeUndefined()
  })

  test('a hole right after the limit: the last fragments are tiny', () => {
    expect(cliffCause(lost(1472, 1473, 1475, 1476), [], QUIET)).toContain('1 to 3 bytes')
  })

  test('a hole up to the largest unfragmented size of our own interface: whole packets vanish, fragments pass', () => {
    const cause = cliffCause(lost(1372, 1373, 1472, 1473), [], QUIET)
    expect(cause).toContain('up to 1500 bytes leave this host unfragmented')
  })
})

describe('errors', () => {
  test.each([
    [1024, 'recvfrom(1024)'],
    [8192, 'ncat and socat'],
    [4098, 'cloudprober'],
    [777, '777 bytes of each datagram'],
  ])('cut at %i: %s', (length, who) => {
    const { sizes } = resultOf(crafted([cut(length), answered()], { plan: { sizes: [9999, 500] } }))
    expect(cliffCause({ from: 9999, to: 9999, fate: 'truncated', probes: 1 }, sizes, QUIET)).toContain(who)
  })

  test('refused: UDP’s own limit, or our interface if fragments are forbidden', () => {
    const refusal = { from: 65_508, to: 65_508, fate: 'refused', probes: 1 } as const
    expect(cliffCause(refusal, [], QUIET)).toContain('65507')
    expect(cliffCause({ ...refusal, from: 1473 }, [], over('udp4', { df: 'do' }))).toContain('our own interface')
    expect(cliffCause({ ...refusal, from: 1473 }, [], QUIET)).toBeUndefined()
  })
})
