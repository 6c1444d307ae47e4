import { MICROSECOND, MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { createIrttFacts, type IrttFacts, type IrttGrant } from '../../../src/facts/irtt.ts'
import type { IrttPlan, StampPlan } from '../../../src/facts/protocol.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { createStampFacts, type SentTlv, type StampFacts, type TlvCounts } from '../../../src/facts/stamp.ts'
import { analyzeRun, type Analysis } from '../../../src/ledger/analysis.ts'
import type { Group } from '../../../src/ledger/group.ts'
import type { ReflectorEvidence } from '../../../src/ledger/reflector-evidence.ts'
import { parseExpectation } from '../../../src/verdict/expect/expectation.ts'
import { createResult } from '../../../src/verdict/probe-document.ts'
import type { Result } from '../../../src/verdict/result.ts'
import { echoed, crafted, silent, times, type CraftedRow } from '../ledger/crafted.ts'
import { irttPlan, stampPlan } from '../machines/plans.ts'
import { CONTEXT } from './context.ts'

/** Facts of a run of another protocol, and what the counts of its reflector showed. */
export interface ProtocolRun {
  readonly facts: RunFacts
  readonly reflector?: ReflectorEvidence
  /** How many losses without a direction these counts give one. */
  readonly moved?: Readonly<Record<'lostForward' | 'lostReturn', number>>
}

export const SOME_LOST: readonly CraftedRow[] = [...times(20, echoed()), ...times(4, silent()), ...times(20, echoed())]

const STATEFUL: ReflectorEvidence = { kind: 'stateful', segments: 0, unknownSegments: 0, restarts: 0 }

/** A run of STAMP probes. `facts` and `plan` are what differs from a quiet one. */
export function stampRun(
  rows: readonly CraftedRow[] = times(40, echoed()),
  facts: Partial<StampFacts> = {},
  plan: Partial<StampPlan> = {},
  reflector: Partial<ReflectorEvidence> = {},
): ProtocolRun {
  const run = crafted(rows, { plan: { protocol: stampPlan(plan), sizes: [44], receipts: false } })
  run.stamp = { ...createStampFacts(1), ...facts }
  run.sockets = { recvBuffer: 4_194_304, ttl: 255 }
  return { facts: run, reflector: { ...STATEFUL, ...reflector } }
}

const GRANT: IrttGrant = {
  duration: SECOND,
  interval: 10 * MILLISECOND,
  length: 60,
  stats: 'both',
  stamps: 'both',
  clock: 'both',
  tos: 0,
}

/** A run of irtt probes, granted as it was asked for but for these. */
export function irttRun(
  rows: readonly CraftedRow[] = times(40, echoed()),
  facts: Partial<IrttFacts> = {},
  plan: Partial<IrttPlan> = {},
  grant: Partial<IrttGrant> = {},
): ProtocolRun {
  const protocol = irttPlan(plan)
  const run = crafted(rows, { plan: { protocol, sizes: [60], interval: 10 * MILLISECOND } })
  const { stats, stamps, clock } = protocol
  run.irtt = { ...createIrttFacts(), opened: true, granted: { ...GRANT, stats, stamps, clock, ...grant }, ...facts }
  return { facts: run }
}

export function tlvs(counts: Partial<Record<SentTlv, Partial<TlvCounts>>>): Pick<StampFacts, 'tlvs'> {
  const zero = { sent: 40, recognized: 0, unrecognized: 0, malformed: 0, integrityFailed: 0, missing: 0 }
  return { tlvs: Object.fromEntries(Object.entries(counts).map(([tlv, given]) => [tlv, { ...zero, ...given }])) }
}

export function seenTimes(given: Partial<StampFacts['times']>): Pick<StampFacts, 'times'> {
  return { times: { ntp: 40, ptp: 0, contradicted: 0, synchronized: 0, zeroMultiplier: 0, ...given } }
}

/** The analysis as if these counts had been read from the probes. */
export function analysisOf({ facts, reflector, moved }: ProtocolRun): Analysis {
  const { reflector: _, ...analysis } = analyzeRun(facts)
  const { tally } = analysis
  return {
    ...analysis,
    ...(reflector === undefined ? {} : { reflector }),
    ...(moved === undefined
      ? {}
      : {
          tally: {
            ...tally,
            total: moveLosses(tally.total, moved),
            clients: tally.clients.map(group => moveLosses(group, moved)),
            sizes: new Map([...tally.sizes].map(([size, group]) => [size, moveLosses(group, moved)])),
          },
        }),
  }
}

function moveLosses(group: Group, { lostForward, lostReturn }: NonNullable<ProtocolRun['moved']>): Group {
  const lostUnknown = group.fates.lostUnknown - lostForward - lostReturn
  return { ...group, fates: { ...group.fates, lostForward, lostReturn, lostUnknown } }
}

export function protocolResult(run: ProtocolRun, ...expect: readonly string[]): Result {
  const command = run.facts.plan.protocol?.name === 'stamp' ? 'stamp send' : 'send'
  const context = { ...CONTEXT, command, target: { ...CONTEXT.target, port: 862 } }
  return createResult(run.facts, analysisOf(run), expect.map(parseExpectation), context)
}

/** One of everything that a Result says of such runs. */
export const PROTOCOL_RUNS: readonly (readonly [name: string, run: ProtocolRun])[] = [
  [
    'STAMP with every TLV, authenticated, to a stateful reflector that was restarted',
    stampRun(
      SOME_LOST,
      {
        sessions: [
          {
            extras: [
              { sequence: 1, sent: 11 * MILLISECOND, counter: 2, arrived: 12 * MILLISECOND },
              { sequence: 44, sent: 450 * MILLISECOND },
            ],
            copies: [{ sequence: 3, counter: 5, arrived: 40 * MILLISECOND }],
            copiesOmitted: 0,
          },
        ],
        ...seenTimes({ ntp: 30, ptp: 10, contradicted: 2, synchronized: 38, error: MILLISECOND, zeroMultiplier: 1 }),
        requestTtl: { 252: 38, 251: 2 },
        forged: 2,
        ...tlvs({
          timestamp: { recognized: 40 },
          cos: { recognized: 30, unrecognized: 10 },
          direct: { recognized: 30, malformed: 10 },
          followup: { recognized: 38, missing: 2 },
          hmac: { recognized: 39, integrityFailed: 1 },
          padding: { recognized: 40 },
        }),
        dscpRefused: 3,
        followUp: { count: 38, least: 9 * MICROSECOND, most: 20 * MICROSECOND, sum: 400 * MICROSECOND },
        clock: { syncIn: 1, methodIn: 2, syncOut: 9, methodOut: 3 },
        replyBytes: { least: 112, most: 212 },
      },
      {
        isAuthenticated: true,
        ssid: 7,
        timestamps: 'ptp',
        tlvs: ['timestamp', 'cos', 'direct', 'followup'],
        replyDscp: 46,
      },
      { segments: 3, unknownSegments: 1, restarts: 1 },
    ),
  ],
  ['TWAMP-Light to a stateless reflector', stampRun(SOME_LOST, {}, { isLight: true }, { kind: 'stateless' })],
  [
    'STAMP to a stateless reflector that counts by Direct Measurement',
    stampRun(SOME_LOST, {}, { tlvs: ['direct'] }, { kind: 'direct', segments: 1 }),
  ],
  ['one STAMP probe', stampRun([echoed()], {}, {}, { kind: 'unproved' })],
  ...(['none', 'count', 'window', 'both'] as const).map(
    stats => [`irtt with stats ${stats}`, irttRun(SOME_LOST, {}, { stats })] as const,
  ),
  ...(['none', 'send', 'receive', 'both', 'midpoint'] as const).map(
    stamps => [`irtt with stamps ${stamps}`, irttRun(undefined, {}, { stamps })] as const,
  ),
  ...(['wall', 'monotonic', 'both'] as const).map(
    clock => [`irtt with the clock ${clock}`, irttRun(undefined, {}, { clock })] as const,
  ),
  [
    'irtt with a key, restricted and closed by the server',
    irttRun(undefined, { closedByServer: true, forged: 1 }, { isAuthenticated: true }, { length: 50 }),
  ],
]
