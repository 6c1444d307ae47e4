import { isObject } from '../base/json.ts'
import {
  byte,
  byteCounts,
  count,
  flag,
  list,
  moment,
  oneOf,
  shape,
  time,
  within,
  word32,
  type Check,
} from './json-shape.ts'
import type { RunFacts } from './run.ts'
import type { SentTlv } from './stamp.ts'

/** More than any session has: a few copies and closing probes. */
const MAX_EXTRAS = 1000
const MAX_COPIES = 100_000

const STATS = oneOf('none', 'count', 'window', 'both')
const STAMPS = oneOf('none', 'send', 'receive', 'both', 'midpoint')
const CLOCK = oneOf('wall', 'monotonic', 'both')

const STAMP_PLAN = shape(
  {
    name: oneOf('stamp'),
    isAuthenticated: flag,
    ssid: within(0, 0xffff),
    timestamps: oneOf('ntp', 'ptp'),
    isLight: flag,
    tlvs: list(oneOf('timestamp', 'cos', 'direct', 'followup'), 0, 4),
  },
  { replyDscp: within(0, 63), hasFixedPort: oneOf(true) },
)

const IRTT_PLAN = shape(
  {
    name: oneOf('irtt'),
    isAuthenticated: flag,
    stats: STATS,
    stamps: STAMPS,
    clock: CLOCK,
    duration: time,
  },
  { tos: byte },
)

/** The protocol of a plan. */
export const PROTOCOL: Check = value => STAMP_PLAN(value) || IRTT_PLAN(value)

const EXTRA_PROBE = shape({ sequence: word32, sent: moment }, { counter: word32, arrived: moment })

const SESSION = shape({
  extras: list(extra => EXTRA_PROBE(extra) && hasReplyOfCounter(extra), 0, MAX_EXTRAS),
  copies: list(shape({ sequence: word32, counter: word32, arrived: moment }), 0, MAX_COPIES),
  copiesOmitted: count,
})

const TLVS: readonly SentTlv[] = ['timestamp', 'cos', 'direct', 'followup', 'padding', 'hmac']

const TLV_COUNTS = shape({
  sent: count,
  recognized: count,
  unrecognized: count,
  malformed: count,
  integrityFailed: count,
  missing: count,
})

/** What `RunFacts.stamp` must have. */
export const STAMP_FACTS = shape(
  {
    sessions: list(SESSION, 1),
    times: shape(
      { ntp: count, ptp: count, contradicted: count, synchronized: count, zeroMultiplier: count },
      { error: time },
    ),
    requestTtl: byteCounts,
    forged: count,
    tlvs: shape({}, Object.fromEntries(TLVS.map(tlv => [tlv, TLV_COUNTS]))),
    dscpRefused: count,
  },
  {
    counts: oneOf('sequence', 'direct'),
    followUp: shape({ count, least: moment, most: moment, sum: moment }),
    clock: shape({ syncIn: byte, methodIn: byte, syncOut: byte, methodOut: byte }),
    replyBytes: shape({ least: count, most: count }),
  },
)

/** What `RunFacts.irtt` must have. */
export const IRTT_FACTS = shape(
  { opened: flag, closedByServer: flag, forged: count },
  {
    refused: shape(
      { reason: oneOf('silence', 'unreachable', 'echoed', 'length', 'interval') },
      { granted: count, errno: count },
    ),
    granted: shape({
      duration: time,
      interval: time,
      length: count,
      stats: STATS,
      stamps: STAMPS,
      clock: CLOCK,
      tos: byte,
    }),
  },
)

/** Whether the facts of a protocol are those of the plan's, and of its clients. */
export function protocolAgrees({
  plan,
  clients,
  stamp,
  irtt,
}: Pick<RunFacts, 'plan' | 'clients' | 'stamp' | 'irtt'>): boolean {
  if (stamp !== undefined && plan.protocol?.name !== 'stamp') return false
  if (irtt !== undefined && plan.protocol?.name !== 'irtt') return false
  if (stamp === undefined) return true
  return (
    stamp.sessions.length === clients.length &&
    stamp.sessions.every(({ extras, copies }, client) => {
      const scheduled = clients[client]?.scheduled ?? 0
      const known = new Set(extras.map(({ sequence }) => sequence))
      return copies.every(({ sequence }) => sequence < scheduled || known.has(sequence))
    })
  )
}

function hasReplyOfCounter(extra: unknown): boolean {
  return isObject(extra) && (extra['counter'] === undefined || extra['arrived'] !== undefined)
}
