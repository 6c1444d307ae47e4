import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { planSend, type SendPlan } from '../../../../src/runs/send/plan.ts'
import { reachabilityDatagrams } from '../../../../src/runs/send/reachability-datagrams.ts'
import type { StampSendOptions } from '../../../../src/jobs/stamp-send/options.ts'
import { planStampSend } from '../../../../src/jobs/stamp-send/plan.ts'

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index)

/** A plan whose key is in no file. */
function authenticated(plan: SendPlan): SendPlan {
  const { protocol } = plan.probe
  if (protocol === undefined) throw new Error('no protocol')
  return {
    ...plan,
    probe: { ...plan.probe, protocol: { ...protocol, isAuthenticated: true } },
    sockets: { ...plan.sockets, key: { id: '1', secret: SECRET } },
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('datagrams that ask whether a STAMP reflector answers', () => {
  const stamp = (options: StampSendOptions, number = 5): Buffer =>
    Buffer.from(reachabilityDatagrams(planStampSend({ size: 200, ...options }, {}))(number))

  // RFC 8762 figure 2 with RFC 8972 section 3.
  test('are base packets with the time, the error estimate and the SSID', () => {
    const packet = stamp({ ssid: 0x1234 })
    expect(packet.length).toBe(44)
    expect(packet.readUInt32BE(0)).toBe(5)
    const unix = packet.readUInt32BE(4) - 2_208_988_800
    expect(Math.abs(unix - Date.now() / 1000)).toBeLessThan(60)
    // S and Z are 0, and the multiplier is not: 1 ms.
    expect(packet.readUInt16BE(12)).toBe(0x0f84)
    expect(packet.readUInt16BE(14)).toBe(0x1234)
    expect(hex(packet.subarray(16))).toBe('00'.repeat(28))
  })

  test('have the time and the bit Z of PTP', () => {
    const packet = stamp({ timestamps: 'ptp' })
    // TAI is 37 s ahead of UTC.
    expect(Math.abs(packet.readUInt32BE(4) - 37 - Date.now() / 1000)).toBeLessThan(60)
    expect(packet.readUInt16BE(12)).toBe(0x4f84)
  })

  test('of TWAMP-Light are as short as those of the run', () => {
    expect(stamp({ twampLight: true, size: 14 }).length).toBe(14)
    expect(stamp({ twampLight: true }).length).toBe(44)
  })

  // RFC 8762 section 4.4
  test('have an HMAC of the first 96 octets in the authenticated mode', () => {
    const plan = authenticated(planStampSend({ size: 200 }, {}))
    const packet = reachabilityDatagrams(plan)(1)
    const code = createHmac('sha256', SECRET).update(packet.subarray(0, 96)).digest()
    expect(packet.length).toBe(112)
    expect(hex(packet.subarray(96))).toBe(hex(code.subarray(0, 16)))
  })
})

describe('the datagram that asks whether a server of irtt answers', () => {
  // docs/irtt.md: 14a75b, flags open and close, then identifiers and zigzag varints.
  const parameters = ['0102', '02809c9c39', '0380b48913', '0478', '0506', '0606', '0706'].join('')

  test('only asks for the parameters, so that no session is left behind', () => {
    const plan = planSend({ protocol: 'irtt', count: 3, interval: '20ms' })
    const short = { ...plan, probe: { ...plan.probe, protocol: { ...plan.probe.protocol, duration: 60e6 } as never } }
    expect(hex(reachabilityDatagrams(short)(0))).toBe(`14a75b05${parameters}`)
    expect(hex(reachabilityDatagrams(short)(1))).toBe(`14a75b05${parameters}`)
  })

  test('has an interval, which a flood does not have', () => {
    const datagram = hex(reachabilityDatagrams(planSend({ protocol: 'irtt', flood: true, duration: '1s' }))(0))
    // 1 ms
    expect(datagram).toContain('0380897a')
  })

  test('has an HMAC-MD5 of all, in which the HMAC is 0', () => {
    const datagram = reachabilityDatagrams(authenticated(planSend({ protocol: 'irtt' })))(0)
    expect(datagram[3]).toBe(13)
    const blank = Uint8Array.from(datagram).fill(0, 4, 20)
    expect(hex(datagram.subarray(4, 20))).toBe(createHmac('md5', SECRET).update(blank).digest('hex'))
  })
})

test('probes of udptool ask an echo server', () => {
  const datagram = Buffer.from(reachabilityDatagrams(planSend({ size: 4000 }))(3))
  expect(datagram.length).toBeLessThan(200)
  expect(datagram.toString('latin1', 0, 13)).toBe('UDT1Q00000003')
})
