import { toMs } from '../../base/nanos.ts'
import { askedGrant, type IrttGrant } from '../../facts/irtt.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Result } from '../result.ts'

type Irtt = NonNullable<Result['irtt']>

/** Undefined: the run is not one of irtt. */
export function irttFigures({ plan, irtt }: RunFacts): Irtt | undefined {
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
            restricted: restricted(granted, askedGrant(plan, plan.protocol)),
          },
        }),
    ...(isAuthenticated ? { forged } : {}),
  }
}

/** The parameters that the server changed, by name. */
function restricted(granted: IrttGrant, asked: IrttGrant): readonly string[] {
  return (Object.keys(asked) as (keyof IrttGrant)[]).filter(name => granted[name] !== asked[name])
}
