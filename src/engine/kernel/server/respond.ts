import { randomInt } from 'node:crypto'
import type { ResponderPlan } from '../../../facts/responder-plan.ts'
import { createServerLog, moveLog } from '../../../facts/server-log.ts'
import { createServerFacts, mergeServerFacts, type ServerFacts } from '../../../facts/server.ts'
import { AnswerCaps } from '../../../machines/answer-caps.ts'
import { ServerTraffic } from '../../../machines/server-traffic.ts'
import { badChecksumsSince, readBadChecksums } from '../../kernel-counters.ts'
import { startTimer, type LongTimer } from '../../long-timer.ts'
import type { ResponderSockets, Running, RunningSockets } from '../../port.ts'
import { startWorker } from '../../start-worker.ts'
import { Waker, COMMAND } from '../loop/waker.ts'
import type { Libc } from '../system/libc.ts'
import { createShardTable, type ShardTable } from './shard-sockets.ts'
import type { ShardTask } from './shard-task.ts'

/** Runs a server on its own threads, because a loop that blocks in the kernel must not run on the caller's thread. */
export async function respondOnKernel(
  libc: Libc,
  plan: ResponderPlan,
  sockets: ResponderSockets,
): Promise<Running<ServerFacts>> {
  const server = new ShardedServer(libc, plan, sockets)
  return server.open()
}

class ShardedServer {
  readonly #libc: Libc
  readonly #plan: ResponderPlan
  readonly #sockets: ResponderSockets
  readonly #facts = createServerFacts()
  readonly #wakers: Waker[] = []
  readonly #shardFacts: ServerFacts[] = []
  readonly #shards: ShardTable
  readonly #traffic: Float64Array
  readonly #caps = AnswerCaps.memory(randomInt(2 ** 31))
  #idleTimer: LongTimer | undefined

  constructor(libc: Libc, plan: ResponderPlan, sockets: ResponderSockets) {
    this.#libc = libc
    this.#plan = plan
    this.#sockets = sockets
    this.#shards = createShardTable(sockets.workers)
    this.#traffic = new Float64Array(new SharedArrayBuffer(8 * ServerTraffic.doubles(sockets.workers)))
  }

  /** The first shard binds without sharing, so that a port in use fails. Then the others join it, all before the first datagram is read. */
  async open(): Promise<Running<ServerFacts>> {
    const { workers, family } = this.#sockets
    const badBefore = readBadChecksums(family)
    const first = await this.#start(this.#sockets.port, workers > 1 ? 'share' : 'own')
    const { port } = first.bound[0] ?? this.#sockets
    const joined = await Promise.allSettled(Array.from({ length: workers - 1 }, () => this.#start(port, 'join')))
    const shards = [first, ...joined.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))]
    for (const shard of shards) void shard.done.then(this.#stop, this.#stop)
    const end = (): void => {
      this.#idleTimer?.cancel()
      Object.assign(this.#facts, badChecksumsSince(badBefore, family))
    }
    const done = Promise.all(shards.map(shard => shard.done)).then(() => end())
    // A broken thread rejects `done` for those who await it.
    done.catch(() => {})
    const failed = joined.find(one => one.status === 'rejected')
    if (failed !== undefined) {
      this.#stop()
      await Promise.allSettled([done])
      throw failed.reason
    }
    for (const waker of this.#wakers) waker.post(COMMAND.run)
    this.#awaitIdle()
    return { facts: this.#facts, bound: first.bound, stop: this.#stop, done }
  }

  readonly #stop = (): void => {
    this.#idleTimer?.cancel()
    for (const waker of this.#wakers) waker.post(COMMAND.stop)
  }

  async #start(port: number, sharing: ShardTask['port']): Promise<RunningSockets> {
    const waker = new Waker(this.#libc)
    const number = this.#wakers.push(waker) - 1
    this.#shardFacts.push(createServerFacts())
    const task: ShardTask = {
      plan: this.#shardPlan(),
      sockets: { ...this.#sockets, port },
      waker: waker.handle,
      port: sharing,
      number,
      shards: this.#shards,
      traffic: this.#traffic,
      caps: this.#caps,
    }
    const script = new URL('./shard-worker.js', import.meta.url)
    try {
      const worker = await startWorker(script, task, facts => this.#onUpdate(number, facts as ServerFacts))
      void worker.done.catch(() => {}).then(() => waker.close())
      return worker
    } catch (error) {
      waker.close()
      throw error
    }
  }

  #onUpdate(number: number, facts: ServerFacts): void {
    this.#shardFacts[number] = facts
    const { received } = this.#facts
    Object.assign(this.#facts, mergeServerFacts(this.#shardFacts))
    if (facts.log !== undefined) moveLog(facts.log, (this.#facts.log ??= createServerLog()))
    if (this.#sockets.workers === 1) return
    if (this.#facts.received > received) this.#awaitIdle()
    if (this.#facts.received >= (this.#plan.maxDatagrams ?? Infinity)) this.#stop()
  }

  /** A shard does not know whether all shards are idle, or how much all have received, so these limits are checked here. */
  #shardPlan(): ResponderPlan {
    const { workers } = this.#sockets
    if (workers === 1) return this.#plan
    const { maxDatagrams: _, maxIdle: __, ...rest } = this.#plan
    return rest
  }

  #awaitIdle(): void {
    const { maxIdle } = this.#plan
    if (this.#sockets.workers === 1 || maxIdle === undefined) return
    this.#idleTimer?.cancel()
    this.#idleTimer = startTimer(this.#stop, maxIdle)
  }
}
