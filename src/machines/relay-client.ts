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

/** So many bytes name the run and the sequence of a probe that is too short for a check. */
const NAMED_SIZE = OFFSET.length
/** Probes whose names went up damaged and may still be answered: those of one round trip are enough. */
const MAX_DAMAGED = 4096

/** The rules of one way, with their memory. Receipts traffic has rules of its own: when it comes hangs on clocks, and must not move the dice of probes. */
interface DirectionRules {
  readonly datagrams: Impairments
  readonly receipts: Impairments
}

export type ClientRules = Readonly<Record<Direction, DirectionRules>>

/** The rules of a client that begins. */
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

/** One way of one client. */
interface DirectionState extends DirectionRules {
  /** Datagrams so far that are not udptool's. */
  others: number
}

/** A client of a relay: its rules, with their memory, for both directions. */
export class RelayClient {
  readonly flow: number
  readonly name: string
  readonly up: DirectionState
  readonly down: DirectionState
  /** Its place was given to another. */
  gone = false
  /** First bytes as they went up damaged → the probe that they were: its reply comes back with the same damage. */
  readonly #damaged = new Map<string, DatagramKey>()

  constructor(flow: number, name: string, rules: ClientRules) {
    this.flow = flow
    this.name = name
    this.up = { ...rules.up, others: 0 }
    this.down = { ...rules.down, others: 0 }
  }

  /** Which datagram this is; undefined: receipts traffic. */
  identify(direction: Direction, bytes: Uint8Array): DatagramKey | undefined {
    const known = direction === 'down' && this.#damaged.size > 0 ? this.#damaged.get(headOf(bytes)) : undefined
    const named = known ?? nameOf(bytes)
    if (named !== undefined) return named
    if (isReceipts(checkedKind(bytes, 0, bytes.length))) return undefined
    const state = this[direction]
    state.others += 1
    return { client: this.name, arrival: state.others - 1 }
  }

  /** A probe goes up as these bytes. Its reply must not pass for another probe's, nor for a stranger's. */
  keepKey(identify: DatagramKey, bytes: Uint8Array): void {
    if (!('run' in identify) || bytes.length < IDENTIFIED_SIZE) return
    const named = nameOf(bytes)
    if (named?.run === identify.run && named.sequence === identify.sequence) return
    const [oldest] = this.#damaged.size < MAX_DAMAGED ? [] : this.#damaged.keys()
    if (oldest !== undefined) this.#damaged.delete(oldest)
    this.#damaged.set(headOf(bytes), identify)
  }
}

/**
 * Whose probe this is, without the port: a prober changes its port where only that identifies a reply. Its run; of a probe too small for
 * that, the host. Undefined: no probe.
 */
export function proberOf(bytes: Uint8Array, host: string): string | undefined {
  if (!hasMagic(bytes, 0, bytes.length)) return undefined
  if (bytes.length < NAMED_SIZE) return host
  const named = nameOf(bytes)
  return named === undefined ? undefined : String(named.run)
}

/** The probe that the bytes themselves name. */
function nameOf(bytes: Uint8Array): { readonly run: number; readonly sequence: number } | undefined {
  if (bytes.length < NAMED_SIZE || !hasMagic(bytes, 0, bytes.length)) return undefined
  const kind = bytes[OFFSET.kind]
  if (kind !== KIND.probe && kind !== KIND.reply && kind !== KIND.damaged) return undefined
  const run = readRun(bytes, 0)
  const sequence = readSequence(bytes, 0)
  return run < 0 || sequence < 0 ? undefined : { run, sequence }
}

/**
 * Up to the check, which distinguishes a damaged sequence from the right one of another probe; without the kind and in one letter case, both of
 * which servers change.
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
