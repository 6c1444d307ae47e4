import type { Nanos } from '../base/nanos.ts'
import type { Random } from '../base/random.ts'
import type { DatagramKey } from '../facts/action-log.ts'
import type { RelayPlan } from '../facts/relay-plan.ts'
import type { Direction } from '../facts/relay.ts'
import {
  CHECKED_SIZE,
  checkedKind,
  hasMagic,
  IDENTIFIED_SIZE,
  KIND,
  OFFSET,
  readRun,
  readSequence,
} from '../wire/probe.ts'
import { uppercase } from '../wire/uppercase.ts'
import { Impairments } from './impairments.ts'

/** Bytes up to the end of the run: enough to identify a probe that is too short for a check. */
const NAMED_SIZE = OFFSET.length
/** Maximum number of probes forwarded with a damaged header that may still be answered: those of one round trip are enough. */
const MAX_DAMAGED = 4096

/**
 * The rules of one direction, with their state. Receipts traffic has separate state: its timing depends on clocks, and must not change the
 * random numbers for probes.
 */
interface DirectionRules {
  readonly datagrams: Impairments
  readonly receipts: Impairments
}

export type ClientRules = Readonly<Record<Direction, DirectionRules>>

export function createClientRules(plan: RelayPlan, random: Random, headers: 28 | 48, start: Nanos): ClientRules {
  const rules = (direction: Direction): DirectionRules => {
    const stream = random.fork(direction)
    const common = { rules: plan[direction], headers, start } as const
    return {
      datagrams: new Impairments({ ...common, random: stream }),
      receipts: new Impairments({ ...common, random: stream.fork('receipts') }),
    }
  }
  return { up: rules('up'), down: rules('down') }
}

interface DirectionState extends DirectionRules {
  /** Number of datagrams so far that are not udptool's. */
  others: number
}

/** A client of a relay: its rules, with their state, for both directions. */
export class RelayClient {
  readonly flow: number
  readonly name: string
  readonly up: DirectionState
  readonly down: DirectionState
  isEvicted = false
  /** First bytes as damaged by the relay → the original probe: its reply comes back with the same damage. */
  readonly #damaged = new Map<string, DatagramKey>()

  constructor(flow: number, name: string, rules: ClientRules) {
    this.flow = flow
    this.name = name
    this.up = { ...rules.up, others: 0 }
    this.down = { ...rules.down, others: 0 }
  }

  /** The key of a datagram; undefined: receipts traffic. */
  identify(direction: Direction, bytes: Uint8Array): DatagramKey | undefined {
    const known = direction === 'down' && this.#damaged.size > 0 ? this.#damaged.get(headOf(bytes)) : undefined
    const named = known ?? nameOf(bytes)
    if (named !== undefined) return named
    if (isReceipts(checkedKind(bytes, 0, bytes.length))) return undefined
    const state = this[direction]
    state.others += 1
    return { client: this.name, arrival: state.others - 1 }
  }

  /** Records the key of a probe forwarded as these bytes, so that its reply is not taken for that of another probe or for other traffic. */
  keepKey(key: DatagramKey, bytes: Uint8Array): void {
    if (!('run' in key) || bytes.length < IDENTIFIED_SIZE) return
    const named = nameOf(bytes)
    if (named?.run === key.run && named.sequence === key.sequence) return
    const [oldest] = this.#damaged.size < MAX_DAMAGED ? [] : this.#damaged.keys()
    if (oldest !== undefined) this.#damaged.delete(oldest)
    this.#damaged.set(headOf(bytes), key)
  }
}

/**
 * Identifies the prober without its port, because a prober changes its port if only that identifies a reply: its run; for a probe too small for
 * that, the host. Undefined: not a probe.
 */
export function proberOf(bytes: Uint8Array, host: string): string | undefined {
  if (!hasMagic(bytes, 0, bytes.length)) return undefined
  if (bytes.length < NAMED_SIZE) return host
  const named = nameOf(bytes)
  return named === undefined ? undefined : String(named.run)
}

/** The run and sequence in the bytes. */
function nameOf(bytes: Uint8Array): { readonly run: number; readonly sequence: number } | undefined {
  if (bytes.length < NAMED_SIZE || !hasMagic(bytes, 0, bytes.length)) return undefined
  const kind = bytes[OFFSET.kind]
  if (kind !== KIND.probe && kind !== KIND.reply && kind !== KIND.damaged) return undefined
  const run = readRun(bytes, 0)
  const sequence = readSequence(bytes, 0)
  return run < 0 || sequence < 0 ? undefined : { run, sequence }
}

/**
 * The bytes up to the check, which distinguishes a damaged sequence from the same sequence of another probe; without the kind and in upper
 * case, because servers change both.
 */
function headOf(bytes: Uint8Array): string {
  const head = new Uint8Array(bytes.subarray(0, CHECKED_SIZE))
  if (head.length > OFFSET.kind) head[OFFSET.kind] = 0
  uppercase(head, 0, head.length)
  return String.fromCharCode(...head)
}

function isReceipts(kind: number): boolean {
  return kind === KIND.request || kind === KIND.answer
}
