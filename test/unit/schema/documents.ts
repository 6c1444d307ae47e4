import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { runDoctor } from '../../../src/jobs/doctor/run.ts'
import { surveyEngines } from '../../../src/jobs/engines/survey.ts'
import { analyze } from '../../../src/runs/send/analyze.ts'
import { MessageRun } from '../../../src/runs/send/messages.ts'
import { planSend } from '../../../src/runs/send/plan.ts'
import { compareRuns, withBaseline } from '../../../src/verdict/compare/compare-runs.ts'
import { TOLERANCE } from '../../../src/verdict/compare/diff.ts'
import type { ComparedRun } from '../../../src/verdict/compare/run-figures.ts'
import type { Result } from '../../../src/verdict/result.ts'
import { sweepFindings, triedSizes } from '../../../src/verdict/search/sweep-findings.ts'
import { withFindings } from '../../../src/verdict/search/with-findings.ts'
import { suiteOfOne, suiteOfQuery } from '../../../src/verdict/suite/suite-of-one.ts'
import { foreignReading } from '../../simulation/foreign.ts'
import { simulate, type Simulation } from '../../simulation/simulate.ts'
import { networkOf, probePlan, responderPlan } from '../machines/plans.ts'
import { resultOf } from '../verdict/context.ts'
import { protocolResult, PROTOCOL_RUNS } from '../verdict/protocol-runs.ts'
import { QUERIES } from '../verdict/query/queries.ts'
import { readRecorded, recordedResult, recordedRuns, type DocumentKind } from './recorded-runs.ts'

/** A document that the product made, and its run. */
export interface Produced {
  readonly kind: DocumentKind
  /**
   * `here`: a run on this machine. `simulated`: both ends in virtual time. `recorded`: a run of fixtures/runs, which really happened.
   * `journal`: a journal of fixtures/journals. `judged`: made from the facts of a query, or of a run of another protocol.
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
  for (const { name, kind, document } of recordedRuns()) yield { kind, run: `recorded: ${name}`, document }
  for (const [run, document] of journals()) yield { kind: 'result', run: `journal: ${run}`, document }
  yield* comparisons()
  yield { kind: 'suite', run: 'simulated: a lone Result', document: suiteOfOne(resultOf(simulate(QUIET).facts)) }
  for (const [run, crafted] of PROTOCOL_RUNS)
    yield { kind: 'result', run: `judged: ${run}`, document: protocolResult(crafted) }
  for (const [run, document] of QUERIES) {
    yield { kind: 'query', run: `judged: ${run}`, document }
    yield { kind: 'suite', run: `judged: ${run}`, document: suiteOfQuery(document) }
  }
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
  probe: probePlan({ count: 1000, interval: MILLISECOND }),
  respond: responderPlan(),
  network: networkOf(),
}

/** Both ends in a simulated network. */
const SIMULATED: readonly (readonly [string, Simulation])[] = [
  ['a quiet network', QUIET],
  ['a server that reads 100 bytes', { ...QUIET, respond: foreignReading(100) }],
  ['a closed port', { probe: QUIET.probe, network: networkOf() }],
  ['a closed port, and a host that shows no ICMP errors', { probe: QUIET.probe, network: networkOf({ icmp: 'none' }) }],
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
  [
    'more outages than are listed',
    {
      ...QUIET,
      probe: probePlan({ count: 8000, interval: MILLISECOND }),
      network: networkOf({ up: [{ rule: 'drop', ratio: 2 / 3 }] }),
    },
  ],
  ['more clients than are listed', { ...QUIET, probe: probePlan({ count: 1, clients: 1001 }) }],
  [
    'ICMP errors that come when --summary has closed the page of their probes',
    {
      probe: probePlan({ count: 9000, interval: MILLISECOND / 2, timeout: 50 * MILLISECOND, summary: true }),
      network: networkOf({ latency: 2 * SECOND }),
    },
  ],
  [
    '--summary of more exchanges than a sample has, one in a thousand replies held back for five seconds',
    {
      ...QUIET,
      probe: probePlan({ count: 17_000, interval: MILLISECOND, timeout: 6 * SECOND, summary: true }),
      network: networkOf({ down: [{ rule: 'reorder', ratio: 0.001, delay: 5 * SECOND }] }),
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

/** Pairs of recorded runs, for `udptool diff` and as the baseline of a Result. */
const COMPARED = [
  ['loss is worse, and the engine is another', 'near.journal', 'send-queue.journal'],
  ['loss is better', 'too-big.journal', 'near.journal'],
  ['a run and itself', 'near.journal', 'near.journal'],
  ['one without replies', 'near.journal', 'no-neighbor.journal'],
  ['a sender that was stopped', 'near.journal', 'stopped.journal'],
  ['a window that set the pace', 'near.journal', 'near-window.journal'],
  ['one of --summary, which has only figures', 'summary.json', 'near.journal'],
  ['a search of one size with one of two', 'rate-shaper.json', 'rate-receiver.json'],
  ['a search with one that found no limit', 'rate-shaper.json', 'rate-none.json'],
] as const

function* comparisons(): Iterable<Produced> {
  const recorded = (file: string): ComparedRun => ({ file, result: recordedResult(file) })
  const whole = readRecorded('near.journal')
  const cut = { result: analyze(whole.slice(0, whole.lastIndexOf('{"end"'))) }
  const pairs = COMPARED.map(([run, a, b]) => [run, recorded(a), recorded(b)] as const)
  for (const [run, a, b] of [...pairs, ['one without its end line', cut, recorded('near.journal')] as const]) {
    yield { kind: 'diff', run: `recorded runs compared: ${run}`, document: compareRuns(a, b, TOLERANCE) }
    yield { kind: 'result', run: `recorded runs compared: ${run}`, document: withBaseline(b, a, TOLERANCE) }
  }
}
