import type { Nanos } from '../base/nanos.ts'
import type { Random } from '../base/random.ts'
import type { Passage } from '../facts/passage-log.ts'
import type { RelayPlan } from '../facts/relay-plan.ts'
import type { Way } from '../facts/relay.ts'
import { checkedKind, hasMagic, KIND, OFFSET, readRun, readSequence } from '../wire/probe.ts'
import { Impairments } from './impairments.ts'

/** So many bytes name the run and the sequence of a probe that is too short for a check. */
const NAMED_SIZE = OFFSET.length

/** One way of one client. Receipts traffic has rules of its own: when it comes hangs on clocks, and must not move the dice of probes. */
interface Lane {
  readonly datagrams: Impairments
  readonly receipts: Impairments
  /** Datagrams so far that are not udptool's. */
  others: number
}

/** A client of a relay: its rules, with their memory, for both ways. */
export class RelayClient {
  readonly flow: number
  readonly name: string
  readonly up: Lane
  readonly down: Lane
  /** Its place was given to another. */
  gone = false

  constructor(flow: number, name: string, plan: RelayPlan, random: Random, headers: 28 | 48, start: Nanos) {
    this.flow = flow
    this.name = name
    const lane = (way: Way): Lane => {
      const stream = random.fork(way)
      const common = { rules: plan[way], headers, start } as const
      return {
        datagrams: new Impairments({ ...common, random: stream }),
        receipts: new Impairments({ ...common, random: stream.fork('receipts') }),
        others: 0,
      }
    }
    this.up = lane('up')
    this.down = lane('down')
  }

  /** Which datagram this is; undefined: receipts traffic. */
  passage(way: Way, bytes: Uint8Array): Passage | undefined {
    const size = bytes.length
    if (size >= NAMED_SIZE && hasMagic(bytes, 0, size)) {
      const kind = bytes[OFFSET.kind]
      if (kind === KIND.probe || kind === KIND.reply) {
        const run = readRun(bytes, 0)
        const sequence = readSequence(bytes, 0)
        if (run >= 0 && sequence >= 0) return { run, sequence }
      } else if (isReceipts(checkedKind(bytes, 0, size))) return undefined
    }
    const lane = this[way]
    lane.others += 1
    return { client: this.name, arrival: lane.others - 1 }
  }
}

function isReceipts(kind: number): boolean {
  return kind === KIND.request || kind === KIND.answer
}
