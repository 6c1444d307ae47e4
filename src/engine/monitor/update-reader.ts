import { planEpoch, type EpochFacts, type PathPlan, type PathUpdate } from '../../facts/path.ts'
import { createRunFacts, type EngineFacts } from '../../facts/run.ts'
import { readCounters } from '../client-counters.ts'
import { applyUpdate } from '../run-update.ts'
import { readTable } from './epoch-memory.ts'
import type { PathMessage } from './monitor-messages.ts'

type Began = Extract<PathMessage, { readonly kind: 'began' }>
type Changed = Extract<PathMessage, { readonly kind: 'changed' | 'closed' }>

interface OpenEpoch {
  readonly epoch: EpochFacts
  readonly counters: Float64Array
}

interface KnownPath {
  readonly plan: PathPlan
  port: number | undefined
  readonly open: Map<number, OpenEpoch>
}

/** Makes the facts of all epochs of a monitor from what its thread posts. */
export class UpdateReader {
  readonly #engine: EngineFacts
  readonly #paths = new Map<number, KnownPath>()

  constructor(engine: EngineFacts) {
    this.#engine = engine
  }

  /** Call it before the thread gets the path. */
  add(plan: PathPlan): void {
    this.#paths.set(plan.path, { plan, port: undefined, open: new Map() })
  }

  /** Brings the facts up to date, and returns what became known. */
  read(messages: readonly PathMessage[]): PathUpdate[] {
    return messages.flatMap(message => {
      const path = this.#paths.get(message.path)
      return path === undefined ? [] : this.#read(path, message)
    })
  }

  #read(path: KnownPath, message: PathMessage): readonly PathUpdate[] {
    switch (message.kind) {
      case 'opened':
        path.port = message.port
        return [message]
      case 'failed':
        return [message]
      case 'began':
        return [{ kind: 'began', epoch: this.#begin(path, message) }]
      case 'changed':
        refresh(path, message)?.facts.icmp.push(...message.icmp)
        return []
      case 'closed': {
        const epoch = refresh(path, message)
        if (epoch === undefined) return []
        applyUpdate(epoch.facts, message.run)
        path.open.delete(message.number)
        return [{ kind: 'closed', epoch }]
      }
      default:
        this.#paths.delete(message.path)
        return [message]
    }
  }

  #begin(path: KnownPath, { number, start, run, memory, startedAt, epoch: realTime, counts }: Began): EpochFacts {
    const { plan, port } = path
    const facts = createRunFacts(planEpoch(plan, memory.rows, run), this.#engine, readTable(memory))
    facts.startedAt = startedAt
    if (realTime !== undefined) facts.epoch = realTime
    const [client] = facts.clients
    if (client !== undefined && port !== undefined) client.port = port
    readCounters(memory.counters, facts.clients)
    const epoch = { path: plan.path, number, facts, start, ...counts }
    path.open.set(number, { epoch, counters: memory.counters })
    return epoch
  }
}

function refresh(path: KnownPath, { number, counts }: Changed): EpochFacts | undefined {
  const open = path.open.get(number)
  if (open === undefined) return undefined
  const { epoch, counters } = open
  readCounters(counters, epoch.facts.clients)
  return Object.assign(epoch, counts)
}
