import { isFlood, type ProbePlan } from '../../../facts/plan.ts'
import { layProbePage } from '../../../facts/probe-table.ts'
import { createRunFacts, type EngineFacts, type RunFacts } from '../../../facts/run.ts'
import type { ProberSockets, Running } from '../../port.ts'
import { hostWorker } from '../../worker-host.ts'
import { Bell, CALL } from '../loop/bell.ts'
import { createCounters, readCounters } from './client-counters.ts'
import type { Libc } from '../system/libc.ts'
import type { ProberNews, ProberTask } from './prober-task.ts'

/** Runs a prober, all its clients in one thread of its own. Its facts are read here while it writes them. */
export async function probeOnKernel(
  libc: Libc,
  plan: ProbePlan,
  sockets: ProberSockets,
  engine: EngineFacts,
): Promise<Running<RunFacts>> {
  const facts = createRunFacts(plan, engine)
  const bell = new Bell(libc)
  const counters = createCounters(plan.clients)
  const folded = new Int32Array(new SharedArrayBuffer(4))
  const task: ProberTask = { plan, sockets, engine, bell: bell.rope, counters, folded }
  const script = new URL('./prober-worker.js', import.meta.url)
  try {
    const { bound, done } = await hostWorker(script, task, news => {
      hear(facts, counters, news as ProberNews)
      Atomics.store(folded, 0, facts.probes.retired)
    })
    bound.forEach(({ port }, number) => {
      const client = facts.clients[number]
      if (client !== undefined) client.port = port
    })
    bell.ring(CALL.run)
    return { facts, bound, stop: () => bell.ring(CALL.stop), done: done.finally(() => bell.close()) }
  } catch (error) {
    bell.close()
    throw error
  }
}

function hear(facts: RunFacts, counters: Float64Array, news: ProberNews): void {
  const lean = isFlood(facts.plan)
  for (const { number, buffer } of news.pages) facts.probes.adopt(number, layProbePage(lean, buffer))
  const {
    icmp,
    receipts,
    sources,
    headers,
    implausible,
    icmpIgnored,
    receiveErrors,
    wrongReplyAddress,
    clockStep,
    epoch,
    startedAt,
    closedAt,
    interrupted,
    finalRows,
  } = news
  readCounters(counters, facts.clients)
  Object.assign(facts, { startedAt, closedAt, interrupted, finalRows })
  if (epoch !== undefined) facts.epoch = epoch
  if (headers !== undefined) facts.headers = headers
  if (implausible !== undefined) facts.implausible = implausible
  if (icmpIgnored !== undefined) facts.icmpIgnored = icmpIgnored
  if (receiveErrors !== undefined) facts.receiveErrors = receiveErrors
  if (clockStep !== undefined) facts.clockStep = clockStep
  if (wrongReplyAddress !== undefined) facts.wrongReplyAddress = wrongReplyAddress
  facts.icmp.push(...icmp.slice(facts.icmp.length))
  sources?.forEach((told, number) => {
    const client = facts.clients[number]
    const [first, ...others] = told ?? []
    if (client === undefined || first === undefined) return
    client.sources = [{ ...first, port: client.port ?? 0 }, ...others]
  })
  for (const { number, receipts: posted } of receipts) {
    const client = facts.clients[number]
    if (client !== undefined) Object.assign(client.receipts, posted)
  }
}
