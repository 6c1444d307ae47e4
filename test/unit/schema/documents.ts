import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { TRAIT } from '../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { doctorDocument } from '../../../src/jobs/doctor/document.ts'
import { planNeed } from '../../../src/jobs/doctor/plan.ts'
import { examine, runDoctor } from '../../../src/jobs/doctor/run.ts'
import { surveyEngines } from '../../../src/jobs/engines/survey.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { analyze } from '../../../src/runs/send/analyze.ts'
import { MessageRun } from '../../../src/runs/send/messages.ts'
import { planSend } from '../../../src/runs/send/plan.ts'
import { compareRuns, withBaseline } from '../../../src/verdict/compare/compare-runs.ts'
import { TOLERANCE } from '../../../src/verdict/compare/diff.ts'
import { createResult } from '../../../src/verdict/probe-document.ts'
import type { Result } from '../../../src/verdict/result.ts'
import { mtuFindings, type MtuSearchEnd } from '../../../src/verdict/search/mtu-findings.ts'
import { sweepFindings, triedSizes } from '../../../src/verdict/search/sweep-findings.ts'
import { withFindings } from '../../../src/verdict/search/with-findings.ts'
import { judgeResult } from '../../../src/verdict/suite/judged-result.ts'
import { suiteOfOne } from '../../../src/verdict/suite/suite-of-one.ts'
import { foreignReading } from '../../simulation/foreign.ts'
import { simulate, type Simulation } from '../../simulation/simulate.ts'
import { hostOf } from '../jobs/doctor/hosts.ts'
import { answered, crafted, cut, refused, silent, times, withTotals, unreachable, wrong } from '../ledger/crafted.ts'
import { networkOf, probePlan, responderPlan } from '../machines/plans.ts'
import { SUITE, suiteWith } from '../report/suites.ts'
import { around, runWith, withoutConfidence } from '../verdict/compared.ts'
import { CONTEXT, resultOf } from '../verdict/context.ts'

export type DocumentKind = 'result' | 'suite' | 'diff' | 'engines' | 'doctor'

/** A document that the product made, and its run. */
export interface Produced {
  readonly kind: DocumentKind
  /**
   * `here`: a run on this machine. `simulated`: both ends in virtual time. `journal`: a saved run. `facts`: facts as an engine writes them.
   */
  readonly run: string
  readonly document: unknown
}

/** Documents of runs, those closest to a real run first: a field is attributed to the first that has it. */
export async function* produced(): AsyncIterable<Produced> {
  for (const encoding of ['text', 'hex', 'base64'] as const)
    yield { kind: 'result', run: `here: messages as ${encoding}`, document: await messages(encoding) }
  yield { kind: 'engines', run: 'here: udptool engines', document: await surveyEngines() }
  yield { kind: 'doctor', run: 'here: udptool doctor', document: await runDoctor() }
  const need = planNeed({})
  const healthy = doctorDocument(examine(hostOf(), need), need)
  yield { kind: 'doctor', run: 'facts: what the doctor reads of a host in good health', document: healthy }
  for (const [run, simulation] of SIMULATED) {
    const document = resultOf(simulate(simulation).facts, 'loss<1%', 'rtt.p99<1s')
    yield { kind: 'result', run: `simulated: ${run}`, document }
  }
  for (const [run, simulation, cycles] of SWEEPS) {
    const probe = probePlan({ count: SIZES.length * cycles, sizes: SIZES, interval: MILLISECOND })
    const result = resultOf(simulate({ ...simulation, probe }).facts)
    const document = withFindings(result, { sweep: sweepFindings(result, 128, 1), sizes: triedSizes(result, 128) })
    yield { kind: 'result', run: `simulated: a sweep, ${run}`, document }
  }
  for (const [run, document] of journals()) yield { kind: 'result', run: `journal: ${run}`, document }
  for (const [run, document] of RESULTS) yield { kind: 'result', run: `facts: ${run}`, document: document() }
  yield* comparisons()
  yield { kind: 'suite', run: 'a suite with a check of each verdict', document: SUITE }
  yield { kind: 'suite', run: 'a lone Result', document: suiteOfOne(resultOf(simulate(QUIET).facts)) }
  yield { kind: 'suite', run: 'a check that could not run', document: suiteWith(SUITE.checks.slice(3, 4)) }
  const lossy = resultOf(crafted([answered(), silent()]), 'duplicates==0')
  const [first] = SUITE.checks
  if (first === undefined) throw new Error('no check')
  const passing = { ...first, ...judgeResult(lossy, 'error'), result: lossy }
  yield { kind: 'suite', run: 'a check that passed with losses', document: suiteWith([passing]) }
}

/** Messages to a server that answers `no` to long ones. */
async function messages(encoding: 'text' | 'hex' | 'base64'): Promise<Result> {
  const server = createSocket('udp4', (message, { address, port }) => {
    server.send(message.length > 5 ? 'no' : message, port, address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const run = await MessageRun.open(planSend({ to: `127.0.0.1:${server.address().port}`, engine: 'dgram' }), encoding)
  // The byte ff is not UTF-8.
  for (const bytes of [Buffer.from([0x61, 0xff]), Buffer.from('too long')])
    await run.ask(encoding === 'text' ? bytes : bytes.toString(encoding))
  const result = await run.finish(false)
  server.close()
  return result
}

const QUIET: Simulation = {
  probe: probePlan({ count: 2000, interval: MILLISECOND }),
  respond: responderPlan(),
  network: networkOf(),
}

/** Both ends in a simulated network. */
const SIMULATED: readonly (readonly [string, Simulation])[] = [
  ['a quiet network', QUIET],
  ['a server that reads 100 bytes', { ...QUIET, respond: foreignReading(100) }],
  ['a closed port', { probe: QUIET.probe, network: networkOf() }],
  [
    'a network that loses, doubles, reorders and damages',
    {
      ...QUIET,
      network: networkOf({
        up: [
          { rule: 'drop', ratio: 0.1 },
          { rule: 'corrupt', ratio: 0.05 },
        ],
        down: [
          { rule: 'drop', ratio: 0.1 },
          { rule: 'duplicate', ratio: 0.05 },
          { rule: 'reorder', ratio: 0.05, delay: 5 * MILLISECOND },
          { rule: 'corrupt', ratio: 0.05 },
        ],
      }),
    },
  ],
  [
    'receive buffers of four datagrams',
    {
      ...QUIET,
      network: networkOf({
        serverBuffer: { datagrams: 4, pause: 6 * MILLISECOND },
        clientBuffer: { datagrams: 4, pause: 9 * MILLISECOND },
      }),
    },
  ],
  ['four clients', { ...QUIET, probe: probePlan({ count: 400, clients: 4, interval: MILLISECOND }) }],
]

/** Sizes of a sweep, between controls of 128 bytes. */
const SIZES = [128, 64, 200, 400, 600, 128]

/** Sweeps over a simulated network: five probes of each size, or one. */
const SWEEPS: readonly (readonly [string, Simulation, number])[] = [
  ['above 500 bytes all is lost', { ...QUIET, network: networkOf({ up: [{ rule: 'mtu', size: 528 }] }) }, 5],
  ['one probe of each size', { ...QUIET, network: networkOf({ up: [{ rule: 'mtu', size: 528 }] }) }, 1],
  ['a server that reads 300 bytes', { ...QUIET, recvSize: 300 }, 5],
  ['our kernel refuses above 500 bytes', { ...QUIET, network: networkOf({ localMtu: 528 }) }, 5],
]

function* journals(): Iterable<readonly [string, Result]> {
  const folder = fileURLToPath(new URL('../../../fixtures/journals/', import.meta.url))
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.journal')) yield [name, analyze(readFileSync(folder + name, 'utf8'))]
  }
}

const PROGRAM = { truncation: 'program', timestamps: 'program' } as const

/** A run with a server whose clock is 100 ppm faster. The first reply comes after all others. */
function long(): RunFacts {
  const rows = Array.from({ length: 20_000 }, (_, n) => {
    const sent = n * 10 * MILLISECOND
    const reached = sent + MILLISECOND / 2
    const serverArrival = Math.round(reached * (1 + 1e-4) - SECOND)
    return answered({ sent, dwell: 0, serverArrival, ...(n === 0 ? { arrived: 300 * SECOND } : {}) })
  })
  const facts = crafted(rows, { plan: { summary: true }, clients: [{ serverBase: 1001 }] })
  return { ...facts, epoch: { seconds: 1000, nanos: 0 } }
}

/** Everything that only the sockets and the kernel of a real host can observe. */
function observed(): RunFacts {
  const rows = [
    ...times(5, answered({ dwell: 2 * MILLISECOND })),
    silent('withheld'),
    ...times(3, silent('notReceived')),
  ]
  const facts = crafted(rows, {
    clients: [withTotals({ distinct: 6, withheld: 1, sendFailed: 1, drops: 1, dropUnit: 3 })],
  })
  Object.assign(facts.icmpIgnored, { quote: 1, foreign: 1, mtu: 1, old: 1, settled: 1, unmatched: 1 })
  Object.assign(facts.receiveErrors, { ENOMEM: 1 })
  Object.assign(facts.implausible, { received: 1, seen: 1, fragment: 1, ttl: 1, drops: 1, arrival: 1 })
  Object.assign(facts.headers.up, { tos: { 0: 5 }, fragment: 1500 })
  Object.assign(facts.headers.down, { tos: { 0: 5 }, fragment: 1500 })
  facts.host = {
    mtu: 1500,
    pathMtu: { before: 1500, after: 1400 },
    packetChecks: [{ size: 1372, answered: true }],
    grown: { reassemblyFailures: 1, incomplete: 1, badChecksums: 1, otherDrops: 1, noSocket: 1, sendBufferErrors: 1 },
  }
  return facts
}

function turnedBack(): RunFacts {
  const facts = crafted([answered(), unreachable(0), unreachable(1), unreachable(2)])
  facts.icmp.push(
    { errno: 90, type: 3, code: 4, reporter: '10.0.0.1', mtu: 1400 },
    { errno: 113, type: 3, code: 1, reporter: '10.0.0.2', here: true },
    { errno: 111, type: 3, code: 3, reporter: CONTEXT.target.address },
  )
  return facts
}

/** A sweep with five probes of each size between controls of 128 bytes. */
function sweep(fates: Readonly<Record<number, ReturnType<typeof answered>>>): Result {
  const tried = Object.entries(fates)
  const sizes = [128, ...tried.map(([size]) => Number(size)), 128]
  const cycle = [answered(), ...tried.map(([, row]) => row), answered()]
  const rows = Array.from({ length: 5 }, () => cycle).flat()
  const facts = crafted(rows, { plan: { sizes }, clients: [withTotals({ distinct: rows.length })] })
  facts.icmp.push({ errno: 90, type: 3, code: 4, reporter: '10.0.0.1', mtu: 1400 })
  const result = resultOf(facts)
  return withFindings(result, { sweep: sweepFindings(result, 128, 1), sizes: triedSizes(result, 128) })
}

const END: MtuSearchEnd = {
  confirmed: 1400,
  complete: true,
  limit: 'silence',
  restarts: 0,
  rounds: 6,
  delivered: undefined,
  inFragments: undefined,
}

/** A search in which 1372 bytes passed, with this fate for 1373. */
function mtu(above: ReturnType<typeof answered>, end: Partial<MtuSearchEnd> = {}, df = 'probe'): Result {
  const facts = crafted([answered(), above], { plan: { sizes: [1372, 1373] }, clients: [withTotals({ distinct: 2 })] })
  facts.icmp.push({ errno: 90, mtu: 1400, reporter: '10.0.0.1' })
  const result = { ...resultOf(facts), options: df === '' ? {} : { df } }
  return withFindings(result, { mtu: mtuFindings(result, { ...END, ...end }, [4000]) })
}

const UPPER = TRAIT.upper | TRAIT.answered
const SAME = TRAIT.same | TRAIT.answered

/** Results from facts as an engine writes them. */
const RESULTS: readonly (readonly [string, () => Result])[] = [
  [
    'the kernel engine',
    () => resultOf(withEngine({ name: 'kernel', icmp: 'queue', truncation: 'kernel', timestamps: 'kernel' })),
  ],
  ['the dgram engine', () => resultOf(withEngine({ name: 'dgram', icmp: 'errno', ...PROGRAM }))],
  ['an engine without ICMP', () => resultOf(withEngine({ name: 'dgram', icmp: 'none', ...PROGRAM }))],
  ['a name with an IPv6 address', named],
  ['what a host shows', () => resultOf(observed())],
  [
    'receipts of another memory',
    () => resultOf(crafted([answered(), silent('notReceived')], { clients: [withTotals({ distinct: 0 })] })),
  ],
  ['probes turned back', () => resultOf(turnedBack())],
  [
    '1001 outages',
    () => resultOf(crafted(Array.from({ length: 3003 }, (_, n) => (n % 3 === 0 ? answered() : silent())))),
  ],
  ['replies by two rules', () => resultOf(crafted([answered({ traits: UPPER }), answered({ traits: SAME })]))],
  ['two minutes of a steady clock, --summary', () => resultOf(long())],
  [
    '1001 clients',
    () =>
      resultOf(
        crafted(times(1001, answered()), {
          plan: { clients: 1001 },
          clients: [
            {
              port: 4000,
              sources: [
                { port: 4000, answered: 1 },
                { port: 4001, answered: 0 },
              ],
            },
          ],
        }),
      ),
  ],
  [
    'a sweep with holes of each kind',
    () =>
      sweep({
        64: answered(),
        100: silent('notReceived'),
        200: answered(),
        300: cut(60),
        301: answered(),
        400: wrong(60),
        401: answered(),
        500: refused(90),
        501: answered(),
        600: unreachable(),
        601: silent(),
      }),
  ],
  ['an MTU search that ends in silence', () => mtu(silent('notReceived'))],
  ['an MTU search without receipts', () => mtu(silent())],
  ['an MTU search, larger in fragments', () => mtu(silent(), { inFragments: true })],
  ['an MTU search with ICMP', () => mtu(unreachable(), { limit: 'icmp' })],
  ['an MTU search up to the interface', () => mtu(refused(90), { limit: 'local' })],
  ['an MTU search up to the largest datagram', () => mtu(answered(), { limit: 'largest' })],
  ['an MTU search, the way back narrower', () => mtu(silent('answered'), { delivered: 1500 })],
  ['an MTU search that was interrupted', () => mtu(silent(), { complete: false })],
  ['an MTU search without an answer', () => mtu(silent(), { complete: false, confirmed: 0 })],
  ['sizes in fragments', () => mtu(silent(), {}, '')],
]

function withEngine(engine: RunFacts['engine']): RunFacts {
  return { ...crafted([answered()]), engine }
}

function named(): Result {
  const facts = crafted([answered()])
  const target = { address: '2001:db8::2', port: 9000, family: 'udp6' } as const
  return createResult(facts, analyzeRun(facts), [], { ...CONTEXT, target, targetName: 'host.example' })
}

/** A run paced by a window. */
function windowed(ms: number): ReturnType<typeof runWith> {
  const { pacing: _, ...result } = runWith(around(ms, 500)).result
  return { result: { ...result, options: { window: 10 } } }
}

/** Pairs of runs, for `udptool diff` and as the baseline of a Result. */
function* comparisons(): Iterable<Produced> {
  const [fast, slow, few, none] = [
    runWith(around(2, 500)),
    runWith(around(4, 500)),
    runWith(around(2, 10)),
    runWith([NaN, NaN]),
  ]
  const busy = {
    ...slow.result.pacing,
    lateP50Ms: 1,
    lateP99Ms: 3,
    lateMaxMs: 40,
    lateMeanMs: 1.5,
    targetIntervalMs: 10,
    missed: 0,
    senderLimited: false,
  }
  const cutRun = { result: { ...fast.result, warnings: [{ code: 'journalCut', message: '', hint: '' }] } }
  const pairs = [
    ['the second slower', { ...fast, file: 'a.json' }, { ...slow, file: 'b.json' }],
    ['the second faster', slow, fast],
    ['both alike', fast, fast],
    ['another engine', fast, runWith(around(2, 500), { engine: 'dgram' })],
    ['few samples', few, runWith(around(3, 10))],
    ['one silent', fast, none],
    ['a busy sender', fast, runWith(around(3, 500), { pacing: busy })],
    ['a window that set the pace', windowed(2), windowed(4)],
    ['only figures', withoutConfidence(fast), withoutConfidence(few)],
    ['a journal that was cut', cutRun, cutRun],
  ] as const
  for (const [run, a, b] of pairs) {
    yield { kind: 'diff', run: `compared: ${run}`, document: compareRuns(a, b, TOLERANCE) }
    yield { kind: 'result', run: `compared: ${run}`, document: withBaseline(b, a, TOLERANCE) }
  }
}
