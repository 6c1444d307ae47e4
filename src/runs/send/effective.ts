import { isIPv6 } from '../../base/ip.ts'
import { toMs } from '../../base/nanos.ts'
import type { Target } from '../../base/target.ts'
import type { SendPlan } from './plan.ts'

/** The options in effect, defaults included, for the Result. */
export function effectiveOptions(plan: SendPlan): Readonly<Record<string, unknown>> {
  const { probe, sockets } = plan
  return {
    to: written(plan.target),
    ...(plan.family === undefined ? {} : { family: plan.family }),
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
    ...(plan.waitFor === 0 ? {} : { waitForMs: toMs(plan.waitFor) }),
    receipts: probe.receipts,
    summary: probe.summary,
    self: plan.self,
    engine: plan.engine,
    recvBuffer: sockets.recvBuffer,
    ...(plan.seed === undefined ? {} : { seed: plan.seed }),
    ...(sockets.bind === undefined
      ? {}
      : { bind: sockets.bind.port === 0 ? sockets.bind.host : written(sockets.bind) }),
    ...(sockets.df === undefined ? {} : { df: sockets.df }),
    ...(sockets.tos === undefined ? {} : { tos: sockets.tos }),
    ...(sockets.ttl === undefined ? {} : { ttl: sockets.ttl }),
    expect: plan.expectations.map(expectation => expectation.expr),
  }
}

/** As `--to` and `--bind` read it back. */
function written({ host, port }: Target): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}
