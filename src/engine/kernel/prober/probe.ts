import { pageShape, type ProbePlan } from '../../../facts/plan.ts'
import { probePageOver } from '../../../facts/probe-table.ts'
import { createRunFacts, type EngineFacts, type RunFacts } from '../../../facts/run.ts'
import { createCounters, readCounters } from '../../client-counters.ts'
import type { ProberSockets, Running } from '../../port.ts'
import { applyUpdate } from '../../run-update.ts'
import { startWorker } from '../../start-worker.ts'
import { Waker, COMMAND } from '../loop/waker.ts'
import type { Libc } from '../system/libc.ts'
import type { ProberUpdate, ProberTask } from './prober-task.ts'

/** Runs a prober with all its clients in one thread. Its facts can be read here while the thread writes them. */
export async function probeOnKernel(
  libc: Libc,
  plan: ProbePlan,
  sockets: ProberSockets,
  engine: EngineFacts,
  onArrival?: () => void,
): Promise<Running<RunFacts>> {
  const facts = createRunFacts(plan, engine)
  const waker = new Waker(libc)
  const counters = createCounters(plan.clients)
  const folded = new Int32Array(new SharedArrayBuffer(4))
  const task: ProberTask = {
    plan,
    sockets,
    engine,
    waker: waker.handle,
    counters,
    folded,
    live: onArrival !== undefined,
  }
  const script = new URL('./prober-worker.js', import.meta.url)
  try {
    const { bound, done } = await startWorker(script, task, update => {
      applyProberUpdate(facts, counters, update as ProberUpdate)
      Atomics.store(folded, 0, facts.probes.retired)
      onArrival?.()
    })
    bound.forEach(({ port }, number) => {
      const client = facts.clients[number]
      if (client !== undefined) client.port = port
    })
    waker.post(COMMAND.run)
    return { facts, bound, stop: () => waker.post(COMMAND.stop), done: done.finally(() => waker.close()) }
  } catch (error) {
    waker.close()
    throw error
  }
}

function applyProberUpdate(facts: RunFacts, counters: Float64Array, update: ProberUpdate): void {
  const shape = pageShape(facts.plan)
  for (const { number, buffer } of update.pages) facts.probes.adopt(number, probePageOver(shape, buffer))
  readCounters(counters, facts.clients)
  applyUpdate(facts, update)
}
