import { formatAddress, type Address } from '../../base/address.ts'
import { errnoName } from '../../base/errno.ts'
import { present } from '../../base/present.ts'
import type { Result } from '../../verdict/result.ts'
import type { SettledProbe } from '../../verdict/settled-probe.ts'
import { jsonLine } from './json.ts'

/** What an event names a `revised` probe and a `duplicate` one. */
const EVENTS = { settled: 'probe', revised: 'reply', duplicate: 'duplicate' } as const

export interface PingStart {
  readonly target: string
  readonly address: Address
  readonly engine: string
  readonly sizes: readonly number[]
  readonly at: string
}

/** The address is known, and probes are sent. */
export function pingStartEvent({ target, address, engine, sizes, at }: PingStart): string {
  const { address: host, port, family } = address
  return `${jsonLine({ event: 'start', target, address: host, port, family, engine, sizes, at })}\n`
}

/** A probe; `at` is when its fate became known, in ISO 8601. */
export function pingEvent(
  { kind, probe, icmp, ttl, toldMs }: SettledProbe,
  target: Address,
  clients: number,
  at: string,
): string {
  const { seq, client, size, fate, rttMs, cutAt, side, detail, copies } = probe
  const replied = rttMs !== undefined
  const event = present({
    event: EVENTS[kind],
    seq,
    client: clients > 1 ? client : undefined,
    fate,
    rttMs,
    from: replied ? formatAddress(target) : undefined,
    bytes: replied ? (cutAt ?? size) : undefined,
    ttl: replied ? ttl : undefined,
    side,
    detail: icmp === undefined ? detail : errnoName(icmp.errno),
    reporter: icmp?.reporter,
    toldMs,
    copies: kind === 'duplicate' ? copies : undefined,
    at,
  })
  return `${jsonLine(event)}\n`
}

/** The end: the Result. `at`: when it was made, in ISO 8601. */
export function pingSummaryEvent(result: Result, at: string): string {
  return `${jsonLine({ event: 'summary', result, at })}\n`
}
