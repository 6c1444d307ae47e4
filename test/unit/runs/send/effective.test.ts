import { describe, expect, test } from 'vitest'
import { effectiveOptions } from '../../../../src/runs/send/effective.ts'
import type { SendOptions } from '../../../../src/runs/send/options.ts'
import { planSend } from '../../../../src/runs/send/plan.ts'

function effective(options: SendOptions): Readonly<Record<string, unknown>> {
  return effectiveOptions(planSend(options))
}

test('has the defaults', () => {
  expect(effective({})).toEqual({
    to: '127.0.0.1:9000',
    sizes: [128],
    count: 10,
    intervalMs: 100,
    burst: 1,
    clients: 1,
    payload: 'text',
    timeoutMs: 1000,
    receipts: true,
    summary: false,
    self: false,
    engine: 'auto',
    recvBuffer: 4 * 2 ** 20,
    expect: [],
  })
})

describe('has the given options', () => {
  test.each<[SendOptions, Readonly<Record<string, unknown>>]>([
    [{ to: '[::1]:5000' }, { to: '[::1]:5000' }],
    [{ duration: '2s' }, { durationMs: 2000 }],
    [{ rate: '10Mbit' }, { bitRate: 10_000_000 }],
    [{ rate: '100pps' }, { intervalMs: 10 }],
    [{ window: 5 }, { window: 5 }],
    [{ linger: '0s' }, { lingerMs: 0 }],
    [{ payload: 'file:x' }, { payload: 'file:x' }],
    [{ seed: 7 }, { seed: 7 }],
    [{ bind: '127.0.0.1' }, { bind: '127.0.0.1' }],
    [{ bind: '127.0.0.1:4000' }, { bind: '127.0.0.1:4000' }],
    [{ bind: '[::1]:4000' }, { bind: '[::1]:4000' }],
    [{ flows: 4 }, { flows: 4, clients: 4 }],
    [{ sourcePorts: '40000..40015' }, { flows: 16, clients: 16, sourcePorts: '40000-40015' }],
    [{ ttl: 3 }, { ttl: 3 }],
    [{ tos: 4 }, { tos: 4 }],
    [{ dscp: 'ef' }, { tos: 184 }],
    [{ df: true }, { df: 'probe' }],
    [{ family: 6 }, { family: 6 }],
    [{ waitFor: '5s' }, { waitForMs: 5000 }],
    [{ expect: 'loss==0' }, { expect: ['loss==0'] }],
  ])('%j', (options, said) => {
    expect(effective(options)).toMatchObject(said)
  })

  test('with a bit rate there is no interval', () => {
    expect(effective({ rate: '10Mbit' })).not.toHaveProperty('intervalMs')
  })

  test('with a duration there is no count', () => {
    expect(effective({ duration: '1s' })).not.toHaveProperty('count')
  })
})
