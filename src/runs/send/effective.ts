import { toMs } from '../../base/nanos.ts'
import { formatPortRange } from '../../base/port-range.ts'
import { present } from '../../base/present.ts'
import { formatTarget } from '../../base/target.ts'
import type { SendPlan } from './plan.ts'

/** The effective options with defaults, for the Result. */
export function effectiveOptions(plan: SendPlan): Readonly<Record<string, unknown>> {
  const { probe, sockets } = plan
  const ports = plan.flows?.sourcePorts
  const { duration, linger, bind } = { ...probe, ...sockets }
  return present({
    to: formatTarget(plan.target),
    family: plan.family,
    sizes: probe.sizes,
    count: probe.count,
    durationMs: duration === undefined ? undefined : toMs(duration),
    ...(probe.bitRate === undefined ? { intervalMs: toMs(probe.interval) } : { bitRate: probe.bitRate }),
    burst: probe.burst,
    window: probe.window,
    clients: probe.clients,
    flows: plan.flows === undefined ? undefined : probe.clients,
    sourcePorts: ports === undefined ? undefined : formatPortRange(ports),
    payload: plan.payload.kind === 'file' ? `file:${plan.payload.path}` : plan.payload.kind,
    timeoutMs: toMs(probe.timeout),
    lingerMs: linger === undefined ? undefined : toMs(linger),
    waitForMs: plan.waitFor === 0 ? undefined : toMs(plan.waitFor),
    receipts: probe.protocol === undefined ? probe.receipts : undefined,
    summary: probe.summary,
    self: plan.self,
    engine: plan.engine,
    recvBuffer: sockets.recvBuffer,
    seed: plan.seed,
    bind: bind === undefined ? undefined : bind.port === 0 ? bind.host : formatTarget(bind),
    df: sockets.df,
    tos: sockets.tos,
    ttl: sockets.ttl,
    ...protocolOptions(plan),
    expect: plan.expectations.map(expectation => expectation.expr),
  })
}

/** The options of a protocol other than udptool's own. Of a key only its ID. */
function protocolOptions({ probe: { protocol }, sockets: { key } }: SendPlan): Readonly<Record<string, unknown>> {
  if (protocol === undefined) return {}
  if (protocol.name === 'irtt') return { protocol: 'irtt', auth: protocol.isAuthenticated }
  return {
    ssid: protocol.ssid === 0 ? undefined : protocol.ssid,
    auth: protocol.isAuthenticated,
    keyId: key?.id,
    timestamps: protocol.timestamps,
    tlv: protocol.tlvs,
    replyDscp: protocol.replyDscp,
    twampLight: protocol.isLight,
  }
}
