import { randomInt } from 'node:crypto'
import { MILLISECOND } from '../../base/nanos.ts'
import { keyedEnvironment } from '../../engine/macs.ts'
import type { IrttPlan, StampPlan } from '../../facts/protocol.ts'
import { IRTT_VERSION } from '../../wire/irtt/parameters.ts'
import { irttOpenRequest } from '../../wire/irtt/session.ts'
import type { Mac } from '../../wire/mac.ts'
import { PROBE_SIZE, writeProbe } from '../../wire/probe.ts'
import { errorEstimate } from '../../wire/stamp/error-estimate.ts'
import { writeBaseMac } from '../../wire/stamp/integrity.ts'
import { layoutOf, writeRequest } from '../../wire/stamp/packet.ts'
import type { SendPlan } from './plan.ts'

/** Error of the time in a packet that only asks for a reply. */
const ERROR_SECONDS = 0.001

/** Makes small datagrams that a server of the run's protocol answers, by their number. They are in no ledger. */
export function reachabilityDatagrams({ probe, sockets }: SendPlan): (number: number) => Uint8Array {
  const { protocol, sizes } = probe
  const [size = PROBE_SIZE] = sizes
  const mac = keyedEnvironment(protocol, sockets).macs?.[0]
  if (protocol === undefined) return echoProbes(Math.min(size, PROBE_SIZE))
  if (protocol.name === 'stamp') return number => stampRequest(protocol, size, number, mac)
  // The request that only asks for the parameters: it leaves no session behind.
  const request = irttOpenRequest(parametersOf(protocol, probe, sockets.tos), false, mac)
  return () => request
}

function echoProbes(size: number): (number: number) => Uint8Array {
  const run = randomInt(2 ** 32)
  return number => {
    const bytes = new Uint8Array(size)
    writeProbe(bytes, 0, size, number, run, 0)
    return bytes
  }
}

/** A base packet without TLVs. */
function stampRequest(protocol: StampPlan, longest: number, sequence: number, mac: Mac | undefined): Uint8Array {
  const layout = layoutOf(protocol.isAuthenticated)
  const bytes = new Uint8Array(Math.min(longest, layout.size))
  const now = Date.now()
  const seconds = Math.floor(now / 1000)
  const { ssid, timestamps: format } = protocol
  writeRequest(bytes, 0, bytes.length, layout, {
    sequence,
    seconds,
    nanos: (now - seconds * 1000) * MILLISECOND,
    format,
    errorEstimate: errorEstimate(false, format, ERROR_SECONDS),
    ssid,
  })
  if (mac !== undefined) writeBaseMac(bytes, 0, layout, mac)
  return bytes
}

function parametersOf(
  { duration, stats, stamps, clock }: IrttPlan,
  { interval, sizes }: SendPlan['probe'],
  tos = 0,
): Parameters<typeof irttOpenRequest>[0] {
  return {
    version: IRTT_VERSION,
    duration,
    // 0 is not allowed.
    interval: Math.max(interval, MILLISECOND),
    length: sizes[0] ?? 0,
    stats,
    stamps,
    clock,
    tos,
  }
}
