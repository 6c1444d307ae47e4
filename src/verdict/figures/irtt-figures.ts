import { toMs } from '../../base/nanos.ts'
import type { IrttGrant } from '../../facts/irtt.ts'
import type { IrttPlan } from '../../facts/protocol.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Result } from '../result.ts'

type Irtt = NonNullable<Result['irtt']>

/** Undefined: the run is not one of irtt. */
export function irttFigures({ plan, irtt, sockets }: RunFacts): Irtt | undefined {
  if (plan.protocol?.name !== 'irtt' || irtt === undefined) return undefined
  const { isAuthenticated } = plan.protocol
  const { opened, closedByServer, granted, forged } = irtt
  return {
    authenticated: isAuthenticated,
    opened,
    closedByServer,
    ...(granted === undefined
      ? {}
      : {
          granted: {
            durationMs: toMs(granted.duration),
            intervalMs: toMs(granted.interval),
            length: granted.length,
            stats: granted.stats,
            stamps: granted.stamps,
            clock: granted.clock,
            tos: granted.tos,
            restricted: restricted(granted, plan.protocol, {
              duration: plan.protocol.duration,
              interval: plan.interval,
              length: plan.sizes[0] ?? 0,
              tos: sockets?.tos ?? 0,
            }),
          },
        }),
    ...(isAuthenticated ? { forged } : {}),
  }
}

/** The parameters that the server changed, by name. */
function restricted(
  granted: IrttGrant,
  { stats, stamps, clock }: IrttPlan,
  numbers: Pick<IrttGrant, 'duration' | 'interval' | 'length' | 'tos'>,
): readonly string[] {
  const asked = { ...numbers, stats, stamps, clock }
  return (Object.keys(asked) as (keyof IrttGrant)[]).filter(name => granted[name] !== asked[name])
}
