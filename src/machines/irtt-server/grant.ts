import type { Nanos } from '../../base/nanos.ts'
import { SECOND } from '../../base/nanos.ts'
import type { IrttServerPlan } from '../../facts/protocol.ts'
import { IRTT_VERSION, type IrttParameters } from '../../wire/irtt/parameters.ts'

/** A session without a request for this time ends, and some more before it is forgotten: a client's timer may be late. */
export const IDLE: Nanos = 60 * SECOND
/** A session that is to go on needs a few requests in that time (docs/irtt.md, Server). */
const MAX_INTERVAL: Nanos = IDLE / 4

/** The fills that a client may choose: random bytes, and the server's own. Any other would let it choose the bytes that the server sends. */
export const RANDOM_FILL = 'rand'
const FILLS: ReadonlySet<string> = new Set([RANDOM_FILL, 'pattern:69727474'])

/** The two other bits of a TOS byte are those of ECN (RFC 3168), which no application sets on each datagram. */
const DSCP_BITS = 0xfc

/**
 * What the server grants of the parameters that a client asks for. Without its option `--loose` a client of irtt gives up if it does not get
 * what it asked for.
 */
export function grantIrtt(asked: IrttParameters, plan: IrttServerPlan): IrttParameters {
  const { fill, ...rest } = asked
  return {
    ...rest,
    version: IRTT_VERSION,
    duration: Math.min(asked.duration, plan.maxDuration, Number.MAX_SAFE_INTEGER),
    interval: Math.min(Math.max(asked.interval, plan.minInterval), Math.max(plan.minInterval, MAX_INTERVAL)),
    length: Math.min(asked.length, plan.maxLength),
    tos: plan.allowsDscp === true ? asked.tos & DSCP_BITS : 0,
    ...(fill !== undefined && FILLS.has(fill) ? { fill } : {}),
  }
}
