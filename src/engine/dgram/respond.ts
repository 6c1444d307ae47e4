import { randomInt } from 'node:crypto'
import type { RemoteInfo, Socket } from 'node:dgram'
import { UdptoolError } from '../../base/error.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import { createServerFacts, type ServerFacts } from '../../facts/server.ts'
import { AnswerCaps } from '../../machines/answer-caps.ts'
import type { Outbox } from '../../machines/machine.ts'
import { Responder } from '../../machines/responder.ts'
import { createInbox, createOutbox } from '../batch.ts'
import { BufferDrops } from '../buffer-drops.ts'
import { Clock } from '../clock.ts'
import { DropCounters } from '../drop-counters.ts'
import { badChecksumsSince, readBadChecksums, readOtherDrops } from '../kernel-counters.ts'
import type { ResponderSockets, Running } from '../port.ts'
import { errorNumber } from '../socket-error.ts'
import { FlowTable } from './flow-table.ts'
import { Loop } from './loop.ts'
import { setMessage } from './message-row.ts'
import { boundAddress, openSocket } from './open-socket.ts'

/** Room for delayed answers of one turn. */
const ROOM = 65_536

/** Runs a responder on node:dgram, on the caller's event loop. */
export async function respondOnDgram(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>> {
  if (sockets.workers > 1) {
    throw new UdptoolError(
      'engine',
      '--workers needs the kernel engine: node:dgram cannot share a port between workers',
      {
        operation: '--workers',
        hint: 'leave --workers out, or serve with the kernel engine (udptool engines shows whether it works here)',
      },
    )
  }
  const server = new DgramServer(plan, sockets)
  return server.open()
}

class DgramServer {
  readonly #plan: ResponderPlan
  readonly #sockets: ResponderSockets
  readonly #facts = createServerFacts()
  readonly #clock = new Clock()
  /** Each question about receipts makes it read. */
  readonly #counters = new DropCounters(0.1)
  readonly #inbox = createInbox(1)
  readonly #flows: FlowTable
  readonly #recvSize: number
  readonly #scratch: Uint8Array | undefined
  /** An arrival may give the machine something to send, or end it: else it can wait for the timer that is set anyway. */
  readonly #eager: boolean
  #socket: Socket | undefined
  #machine: Responder | undefined
  #loop: Loop | undefined

  constructor(plan: ResponderPlan, sockets: ResponderSockets) {
    this.#plan = plan
    this.#sockets = sockets
    this.#recvSize = sockets.recvSize ?? Infinity
    this.#flows = new FlowTable(sockets.family, plan.maxPeers, flow => this.#machine?.forget(flow))
    this.#eager = plan.delay > 0 || plan.reply !== undefined || plan.maxDatagrams !== undefined
    // A fixed answer may be longer than the request, and is written in the request's place.
    if (plan.reply !== undefined) this.#scratch = new Uint8Array(ROOM)
  }

  async open(): Promise<Running<ServerFacts>> {
    const { host, family, port, recvBuffer } = this.#sockets
    const badBefore = readBadChecksums(family)
    const socket = await openSocket({ family, host, port, recvBuffer, onMessage: this.#receive })
    // A dead peer's ICMP error reaches no socket that is not connected; what else comes here harms no one.
    socket.on('error', () => {})
    const bound = boundAddress(socket, family)
    this.#socket = socket
    const drops = new BufferDrops(
      () => this.#counters.read(bound),
      () => readOtherDrops(family),
    )
    const machine = new Responder(
      this.#plan,
      {
        peer: flow => this.#flows.peer(flow),
        drops: () => drops.read(),
        epoch: () => this.#clock.epoch(),
      },
      this.#facts,
      bound.port,
      undefined,
      undefined,
      new AnswerCaps(AnswerCaps.memory(randomInt(2 ** 31))),
    )
    let resolveDone: (() => void) | undefined
    const done = new Promise<void>(resolve => {
      resolveDone = resolve
    })
    const finished = (): void => {
      Object.assign(this.#facts, badChecksumsSince(badBefore, family))
      socket.close()
      resolveDone?.()
    }
    const loop = new Loop(machine, this.#clock, createOutbox(1, ROOM), false, this.#flush, finished)
    this.#machine = machine
    this.#loop = loop
    loop.pump()
    return {
      facts: this.#facts,
      bound: [bound],
      stop: () => {
        machine.stop(this.#clock.now())
        loop.pump()
      },
      done,
    }
  }

  readonly #receive = (message: Uint8Array, from: RemoteInfo): void => {
    const machine = this.#machine
    if (machine === undefined || machine.closed) return
    const inbox = this.#inbox
    const arrived = this.#clock.now()
    const size = Math.min(message.length, this.#recvSize)
    let bytes = message
    if (this.#scratch !== undefined) {
      bytes = this.#scratch
      bytes.set(message)
    }
    setMessage(inbox, bytes, size, message.length, 0, this.#flows.find(from), arrived)
    inbox.answer[0] = 0
    machine.receive(inbox, this.#clock.now())
    if (inbox.answer[0] === 1) {
      const keep = inbox.keep[0] ?? 0
      // The message is this answer's own memory; the scratch is written again.
      const answer =
        this.#scratch !== undefined ? bytes.slice(0, keep) : keep === bytes.length ? bytes : bytes.subarray(0, keep)
      this.#send(answer, from.port, from.address, inbox.token[0] ?? 0, true)
    }
    if (this.#eager || this.#loop?.sleeping !== true) this.#loop?.pump()
  }

  readonly #flush = (outbox: Outbox): void => {
    for (let m = 0; m < outbox.count; m++) {
      const at = outbox.at[m] ?? 0
      const peer = this.#flows.peer(outbox.flow[m] ?? 0)
      this.#send(
        outbox.bytes.slice(at, at + (outbox.size[m] ?? 0)),
        peer.port,
        peer.address,
        outbox.token[m] ?? 0,
        true,
      )
    }
  }

  #send(bytes: Uint8Array, port: number, address: string, token: number, again: boolean): void {
    this.#socket?.send(bytes, port, address, error => {
      if (error === null) return
      if (again) this.#send(bytes, port, address, token, false)
      else this.#machine?.refused(0, token, 1, errorNumber(error), this.#clock.now())
    })
  }
}
