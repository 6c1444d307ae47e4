import { randomInt } from 'node:crypto'
import type { Address } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { HostWatch } from '../../engine/host-watch.ts'
import { isLocalAddress } from '../../engine/local-addresses.ts'
import type { Engine } from '../../engine/port.ts'
import type { HostFacts } from '../../facts/host.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import { realTimeMs, type RunFacts } from '../../facts/run.ts'
import { analyzeRun, type Analysis } from '../../ledger/analysis.ts'
import { RunFold } from '../../ledger/run-fold.ts'
import { withBaseline } from '../../verdict/compare/compare-runs.ts'
import { createResult } from '../../verdict/probe-document.ts'
import type { Result } from '../../verdict/result.ts'
import type { RunContext } from '../../verdict/run-context.ts'
import type { SettledProbe } from '../../verdict/settled-probe.ts'
import { readVersion } from '../version.ts'
import { startEmbeddedServer } from '../embedded-server.ts'
import { chooseEngine } from '../engine-choice.ts'
import { describeHost } from '../host.ts'
import { AddressSearch } from './address-search.ts'
import { effectiveOptions } from './effective.ts'
import { embeddedPeer } from './embedded-peer.ts'
import { irttRefusal, OPEN_SESSION } from './irtt-refusal.ts'
import { checkPackets } from './packet-checks.ts'
import { checkReplyAddresses } from './reply-address-check.ts'
import { loadPayload } from './payload-source.ts'
import type { SendPlan } from './plan.ts'
import { RowStream, type RowSink } from './row-stream.ts'
import { RunClock } from './run-clock.ts'
import { SettledStream } from './settled-stream.ts'
import { openWithPorts } from './source-ports.ts'
import type { Targets } from '../target-addresses.ts'
import { findTargets, type TargetHooks } from './targets.ts'

/** Interval for updating progress and for folding an endless run, ms. */
const TICK_MS = 100

/** Callbacks during a run. */
export interface SendHooks extends TargetHooks {
  /**
   * Interrupts the run like the first Ctrl-C: it still resolves with the Result, with `interrupted`, unless the target has no address yet.
   */
  readonly signal?: AbortSignal
  /**
   * When the run should be over, by `performance.now()`. Copies, receipts and checks after the last probe get only the time that is left; the
   * plan must leave each probe its timeout.
   */
  readonly deadline?: number
  /** The sockets are open and send to this address. */
  readonly onStart?: (start: {
    readonly target: Address
    readonly name?: string
    readonly engine: Engine['name']
  }) => void
  /**
   * Called ten times per second with the live facts, and at the end, when all is known. `now` is the time by the clock of the facts; undefined:
   * the engine has not begun.
   */
  readonly onProgress?: (facts: RunFacts, now: Nanos | undefined) => void
  /**
   * Called with each probe as soon as its fate is known: after a reply, an error or the timeout, and with the rest at the end. The ledger of
   * the Result may refine a loss that was given here.
   */
  readonly onSettled?: (settled: readonly SettledProbe[]) => void
  /** Each takes the rows of the probes while the run goes on, and none waits for another. Not with `--summary`. */
  readonly rows?: readonly RowSink[]
}

/** A finished run: the Result, and its facts and analysis. */
export interface SendRun {
  readonly result: Result
  readonly facts: RunFacts
  readonly analysis: Analysis
}

/** Runs probes. Rejects with a UdptoolError if it cannot start. Lost datagrams are never an error. */
export async function runSend(plan: SendPlan, hooks: SendHooks = {}): Promise<SendRun> {
  const engine = chooseEngine(plan.engine)
  const server = plan.self
    ? await startEmbeddedServer(plan.engine, plan.family, embeddedPeer(plan, engine.can))
    : undefined
  try {
    const payload = await loadPayload(plan.payload, plan.seed ?? 1)
    const targets = server === undefined ? await findTargets(plan, hooks) : ([server.address] as const)
    return await runOn(engine, targets, plan, { ...plan.probe, payload }, hooks)
  } finally {
    await server?.close()
  }
}

/** Uses the addresses of a name in order. Continues with the next if this one gave no reply and the next gives a better result. */
async function runOn(
  engine: Engine,
  targets: Targets,
  plan: SendPlan,
  probe: Omit<ProbePlan, 'runs'>,
  hooks: SendHooks,
): Promise<SendRun> {
  let [target, ...others]: Targets = targets
  for (;;) {
    const search = new AddressSearch(plan, others, hooks.signal)
    let run: SendRun | undefined
    let failure: unknown
    try {
      run = await runOnce(engine, target, plan, { ...probe, runs: runNumbers(plan) }, hooks, search)
    } catch (error) {
      if (others.length === 0 || !isUnreachable(error)) throw error
      failure = error
    }
    const next = await search.finish(run?.facts)
    if (next === undefined) {
      if (run === undefined) throw failure
      return run
    }
    others = others.filter(one => one !== next)
    target = next
  }
}

/**
 * This host cannot send to the address at all: it has no route, no address of the family, or a local rule forbids it. Or nobody there opened a
 * session.
 */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof UdptoolError)) return false
  return error.code === 'addressUnavailable' || error.operation === 'send to' || error.operation === OPEN_SESSION
}

async function runOnce(
  engine: Engine,
  target: Address,
  plan: SendPlan,
  probe: ProbePlan,
  hooks: SendHooks,
  search: AddressSearch,
): Promise<SendRun> {
  const openedAt = Date.now()
  const watch = new HostWatch()
  const sockets = { ...plan.sockets, target }
  const before = engine.pathMtu(sockets)
  let settled: SettledStream | undefined
  const onArrival = hooks.onSettled === undefined ? undefined : (): void => settled?.advance()
  const left = hooks.deadline === undefined ? Infinity : (hooks.deadline - performance.now()) * MILLISECOND
  const bounded = left === Infinity ? probe : { ...probe, closeBy: Math.max(0, left) }
  const { running, sourcePorts } = await openWithPorts(plan.flows, probe.clients, sockets, open =>
    engine.probe(bounded, open, onArrival),
  )
  const used = sourcePorts === undefined ? plan : { ...plan, flows: { sourcePorts } }
  const { facts } = running
  const clock = new RunClock(facts)
  if (hooks.onSettled !== undefined) settled = new SettledStream(facts, hooks.onSettled, clock)
  const { recvBuffer, df, tos, ttl } = plan.sockets
  facts.sockets = {
    recvBuffer,
    ...(df === undefined || df === 'cut' ? {} : { df }),
    ...(tos === undefined ? {} : { tos }),
    ...(ttl === undefined ? {} : { ttl }),
  }
  const named = plan.target.host !== target.address && !plan.self
  hooks.onStart?.({ target, engine: engine.name, ...(named ? { name: plan.target.host } : {}) })
  const contextOf = (): RunContext => ({
    command: plan.command ?? 'send',
    version: readVersion(),
    host: describeHost(),
    target,
    ...(named ? { targetName: plan.target.host } : {}),
    options: effectiveOptions(used),
    startedAt: new Date(facts.epoch === undefined ? openedAt : realTimeMs(facts.epoch, facts.startedAt)).toISOString(),
  })
  const rows = (hooks.rows ?? []).map(sink => new RowStream(facts, clock, sink, contextOf))
  const fold = probe.summary ? new RunFold(facts) : undefined
  const stop = (): void => running.stop()
  if (hooks.signal?.aborted === true) stop()
  hooks.signal?.addEventListener('abort', stop)
  const timer = setInterval(() => {
    settled?.advance()
    hooks.onProgress?.(facts, clock.now())
    fold?.foldFinal()
    search.look(facts, stop)
    if (search.isDecided(facts)) for (const stream of rows) stream.advance()
  }, TICK_MS)
  try {
    await running.done
  } finally {
    clearInterval(timer)
    hooks.signal?.removeEventListener('abort', stop)
  }
  const refusal = irttRefusal(facts, target)
  if (refusal !== undefined) throw refusal
  const after = engine.pathMtu(sockets)
  facts.host = { ...watch.end(running.bound[0], target), ...pathMtu(before, after) }
  markOwnErrors(facts)
  hooks.onProgress?.(facts, clock.now())
  const analysis = analyzeRun(facts, fold)
  settled?.finish(analysis.tally.classifier)
  await Promise.all(rows.map(async stream => stream.finish(analysis)))
  if (hooks.deadline === undefined) {
    await checkPackets(engine, facts, analysis.tally, sockets, hooks.signal)
    await checkReplyAddresses(facts, analysis.tally, sockets, hooks.signal)
  }
  const result = createResult(facts, analysis, plan.expectations, contextOf())
  return { result: judged(result, plan), facts, analysis }
}

function pathMtu(before: number | undefined, after: number | undefined): Pick<HostFacts, 'pathMtu'> {
  if (before === undefined && after === undefined) return {}
  return { pathMtu: { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) } }
}

/** Marks ICMP errors that this host sent itself, which only this host can know, and only now. */
function markOwnErrors({ icmp }: RunFacts): void {
  icmp.forEach((error, number) => {
    if (error.reporter !== undefined && isLocalAddress(error.reporter)) icmp[number] = { ...error, here: true }
  })
}

function judged(result: Result, { baseline }: SendPlan): Result {
  if (baseline === undefined) return result
  return withBaseline({ result }, baseline.run, baseline.tolerance)
}

/**
 * Numbers that identify the run to a server. They do not depend on `--seed`: to the server, a second run with the same seed from the same
 * port would be the first one, and its losses would get the receipts of the first.
 */
function runNumbers(plan: SendPlan): number[] {
  return Array.from({ length: plan.probe.clients }, () => randomInt(2 ** 32))
}
