import { toMs } from '../../base/nanos.ts'
import type { SendPlan } from './plan.ts'

/** The options in effect, defaults included, for the Result. */
export function effectiveOptions(plan: SendPlan): Readonly<Record<string, unknown>> {
  const { probe, sockets } = plan
  return {
    to: `${plan.target.host}:${plan.target.port}`,
    sizes: probe.sizes,
    ...(probe.count === undefined ? {} : { count: probe.count }),
    ...(probe.duration === undefined ? {} : { durationMs: toMs(probe.duration) }),
    ...(probe.bitRate === undefined ? { intervalMs: toMs(probe.interval) } : { bitRate: probe.bitRate }),
    burst: probe.burst,
    ...(probe.window === undefined ? {} : { window: probe.window }),
    clients: probe.clients,
    payload: plan.payload.kind === 'file' ? `file:${plan.payload.path}` : plan.payload.kind,
    timeoutMs: toMs(probe.timeout),
    ...(probe.linger === undefined ? {} : { lingerMs: toMs(probe.linger) }),
    receipts: probe.receipts,
    summary: probe.summary,
    self: plan.self,
    engine: plan.engine,
    recvBuffer: sockets.recvBuffer,
    ...(plan.seed === undefined ? {} : { seed: plan.seed }),
    ...(sockets.bind === undefined
      ? {}
      : { bind: sockets.bind.port === 0 ? sockets.bind.host : `${sockets.bind.host}:${sockets.bind.port}` }),
    ...(sockets.ttl === undefined ? {} : { ttl: sockets.ttl }),
    expect: plan.expectations.map(expectation => expectation.expr),
  }
}
