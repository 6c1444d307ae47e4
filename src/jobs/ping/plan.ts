import { usage } from '../../base/error.ts'
import { parseOption } from '../../options/parse-options.ts'
import { planSend, type SendOptions, type SendPlan } from '../../runs/send/plan.ts'
import { inSeconds, PING_OPTIONS, type PingOptions } from './options.ts'

/** Raw options, with the baseline read. */
export type ReadPingOptions = Omit<PingOptions, 'baseline'> & Pick<SendOptions, 'baseline'>

/** Parses options to a plan of probes without end, unless something limits it. Throws a `usage` error. */
export function planPing(target: string, raw: ReadPingOptions): SendPlan {
  const { numeric: _, timestamps: __, deadline, interval, timeout, ...rest } = raw
  // The other options are those of `send`, which parses them.
  parseOption('deadline', PING_OPTIONS.deadline, deadline)
  if (deadline !== undefined && rest.duration !== undefined)
    throw usage('--deadline and --duration both end the sending', 'leave one of them out')
  const isPaced = interval === undefined && (rest.rate !== undefined || rest.flood === true)
  const duration = deadline === undefined ? rest.duration : inSeconds(deadline)
  const plan = planSend({
    ...rest,
    to: target,
    ...(isPaced ? {} : { interval: inSeconds(interval ?? PING_OPTIONS.interval.default) }),
    ...(timeout === undefined ? {} : { timeout: inSeconds(timeout) }),
    ...(duration === undefined ? {} : { duration }),
    // A run without end must not keep its probes.
    summary: true,
  })
  if (raw.count !== undefined) return { ...plan, command: 'ping' }
  const { count: ___, ...endless } = plan.probe
  return { ...plan, command: 'ping', probe: endless }
}

/** Whether only a signal ends the sending. */
export function isEndless({ probe: { count, duration } }: SendPlan): boolean {
  return count === undefined && duration === undefined
}
