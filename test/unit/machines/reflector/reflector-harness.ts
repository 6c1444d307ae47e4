import { createHmac } from 'node:crypto'
import type { Address } from '../../../../src/base/address.ts'
import type { ReflectorPlan } from '../../../../src/facts/protocol.ts'
import type { ResponderPlan } from '../../../../src/facts/responder-plan.ts'
import type { Environment } from '../../../../src/machines/machine.ts'
import type { Mac } from '../../../../src/wire/mac.ts'
import { ServerHarness } from '../server-harness.ts'

/** 2024-01-01T00:00:00Z, as an NTP timestamp and since 1970. */
export const NTP_SECONDS = 0xe93c7f00
const UNIX_SECONDS = 1_704_067_200
/** T3 is this long after T2. */
const DWELL = 15_259
/** The error estimate of a reflector: S = 0, 1 ms. */
export const ESTIMATE = 0x0f84

export const AFAR = { address: '192.0.2.7', port: 40_000 }

/** A reflector whose clock is 2024-01-01T00:00:00Z at time 0. */
export function reflector(
  protocol: Partial<ReflectorPlan> = {},
  plan: Partial<ResponderPlan> = {},
  peers?: readonly Partial<Address>[],
  macs?: readonly Mac[],
): ServerHarness {
  const whole: ReflectorPlan = {
    name: 'stamp',
    isStateful: false,
    isAuthenticated: macs !== undefined,
    isLight: false,
    allowsDscp: false,
    timestamps: 'ntp',
    maxSessions: 100,
    ...protocol,
  }
  const more: Partial<Environment> = { epoch: () => ({ seconds: UNIX_SECONDS, nanos: 0 }) }
  const bench: ServerHarness = new ServerHarness({ mode: 'echo', protocol: whole, ...plan }, peers, {
    ...more,
    ...(macs === undefined ? {} : { macs }),
    now: () => bench.now + DWELL,
  })
  return bench
}

export interface Fields {
  readonly sequence?: number
  readonly seconds?: number
  readonly fraction?: number
  readonly estimate?: number
  readonly ssid?: number
  readonly tail?: string
  readonly key?: Uint8Array
}

/** Written from RFC 8762 figures 2 and 4, not by the code under test. */
export function request(fields: Fields = {}): Uint8Array {
  const { sequence = 0, seconds = NTP_SECONDS, fraction = 0, estimate = ESTIMATE, ssid = 0, tail = '', key } = fields
  const base = new Uint8Array(key === undefined ? 44 : 112)
  const view = new DataView(base.buffer)
  const at = key === undefined ? 4 : 16
  view.setUint32(0, sequence)
  view.setUint32(at, seconds)
  view.setUint32(at + 4, fraction)
  view.setUint16(at + 8, estimate)
  view.setUint16(at + 10, ssid)
  if (key !== undefined) base.set(digest(key, base.subarray(0, 96)), 96)
  return Uint8Array.of(...base, ...octets(tail))
}

/** The first 16 octets of HMAC-SHA-256. */
export function digest(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return keyed(key)(...parts).subarray(0, 16)
}

export function keyed(key: Uint8Array): Mac {
  return (...parts) => {
    const hmac = createHmac('sha256', key)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
}

export function octets(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

export function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('hex')
}

/** The number of a reply. */
export function numberOf(reply: Uint8Array | undefined): number | undefined {
  return reply === undefined ? undefined : Buffer.from(reply).readUInt32BE(0)
}
