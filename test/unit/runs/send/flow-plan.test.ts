import { describe, expect, test } from 'vitest'
import type { SendOptions } from '../../../../src/runs/send/options.ts'
import { planSend } from '../../../../src/runs/send/plan.ts'
import { refused } from '../../../helpers/refused.ts'

test('flows are clients whose ports are found later, or given', () => {
  expect(planSend({ flows: 16 })).toMatchObject({ flows: {}, probe: { clients: 16 } })
  for (const sourcePorts of ['40000-40015', '40000..40015'])
    expect(planSend({ sourcePorts })).toMatchObject({
      flows: { sourcePorts: { first: 40_000, last: 40_015 } },
      probe: { clients: 16 },
    })
  expect(planSend({ flows: 1, sourcePorts: 40_000, bind: '127.0.0.1' })).toMatchObject({
    flows: { sourcePorts: { first: 40_000, last: 40_000 } },
    sockets: { bind: { host: '127.0.0.1', port: 0 } },
    probe: { clients: 1 },
  })
  expect(planSend({ clients: 16 })).not.toHaveProperty('flows')
})

describe('refuses', () => {
  test.each<[SendOptions, RegExp]>([
    [{ flows: 2, clients: 2 }, /^--flows and --clients both set the number of sockets \(leave/],
    [{ sourcePorts: '1-2', clients: 2 }, /^--source-ports and --clients both/],
    [{ flows: 3, sourcePorts: '40000-40003' }, /^--flows 3 and --source-ports 40000-40003 \(4 ports\) contradict/],
    [{ flows: 2, bind: '127.0.0.1:4000' }, /^--flows sets the source ports, so --bind takes an address/],
    [{ sourcePorts: '4000', bind: '127.0.0.1:4000' }, /^--source-ports sets the source ports, so --bind/],
    [{ flows: 2, size: '64,12' }, /^--size 12 has no room for a sequence number/],
    [{ flows: 0 }, /^--flows cannot be 0:/],
    [{ flows: 60_001 }, /^--flows cannot be 60001:/],
    [{ sourcePorts: '65535-65536' }, /65536 is no port/],
    [{ flows: 200, to: '192.0.2.1' }, /^200 flows × 1 every 100ms are 2000 datagrams a second off loopback/],
  ])('%j', (options, message) => {
    expect(refused(() => planSend(options))).toMatch(message)
  })
})

test('13 bytes have room for a sequence number', () => {
  expect(planSend({ flows: 2, size: 13 }).probe.clients).toBe(2)
})
