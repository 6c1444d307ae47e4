import { randomInt } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import { formatAddress, type Address } from '../../base/address.ts'
import { EAGAIN } from '../../base/errno.ts'
import { UdptoolError } from '../../base/error.ts'
import { MILLISECOND, SECOND } from '../../base/nanos.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import { createServerFacts, type ServerFacts } from '../../facts/server.ts'
import { AnswerCaps } from '../../machines/answer-caps.ts'
import type { Outbox } from '../../machines/machine.ts'
import { Responder } from '../../machines/responder.ts'
import { createInbox, createOutbox } from '../batch.ts'
import { BufferDrops } from '../buffer-drops.ts'
import { Clock } from '../clock.ts'
import { DropCounters } from '../drop-counters.ts'
import { keyedEnvironment } from '../macs.ts'
import { badChecksumsSince, readBadChecksums, readOtherDrops } from '../kernel-counters.ts'
import type { ResponderSockets, Running } from '../port.ts'
import { errorNumber, socketError } from '../socket-error.ts'
import { createDeferred } from './deferred.ts'
import { FlowTable } from './flow-table.ts'
import { ListeningSockets } from './listening-sockets.ts'
import { ReceiveFailures } from './receive-failures.ts'
import { Loop } from './loop.ts'
import { setMessage } from './message-row.ts'
import type { BoundedSender, SendCallbacks } from './bounded-sender.ts'

/** Bytes for the delayed answers of one turn. */
const ROOM = 65_536
/** Interval for binding new addresses of this host. */
const SWEEP = SECOND

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
  if (plan.protocol?.name === 'stamp' && plan.protocol.allowsDscp) {
    throw new UdptoolError('engine', '--allow-dscp needs the kernel engine: node:dgram cannot set a DSCP', {
      operation: '--allow-dscp',
      hint: 'leave --allow-dscp out, or serve with the kernel engine (udptool engines shows whether it works here)',
    })
  }
  const server = new DgramServer(plan, sockets)
  return server.open()
}

class DgramServer {
  readonly #plan: ResponderPlan
  readonly #sockets: ResponderSockets
  readonly #facts = createServerFacts()
  readonly #clock = new Clock()
  /** Limits the cost, because every receipts request reads the counters. */
  readonly #counters = new DropCounters(0.1)
  readonly #inbox = createInbox(1)
  readonly #flows: FlowTable
  readonly #recvSize: number
  readonly #scratch: Uint8Array | undefined
  /** Whether an arrival may cause the machine to send or close. If not, the next timer is soon enough. */
  readonly #eager: boolean
  #listening: ListeningSockets | undefined
  readonly #failures: ReceiveFailures
  #broken: UdptoolError | undefined
  #machine: Responder | undefined
  #loop: Loop | undefined

  constructor(plan: ResponderPlan, sockets: ResponderSockets) {
    this.#plan = plan
    this.#sockets = sockets
    this.#failures = new ReceiveFailures(this.#clock, this.#facts.receiveErrors, error => {
      const { bound = { ...sockets, address: sockets.host } } = this.#listening ?? {}
      this.#broken ??= socketError(error, 'receive on', formatAddress(bound))
      this.#stop()
    })
    this.#recvSize = sockets.recvSize ?? Infinity
    this.#flows = new FlowTable(sockets.family, plan.maxPeers, flow => this.#machine?.evict(flow))
    const { delay, reply, maxDatagrams, protocol } = plan
    // Of the replies of STAMP only those of TWAMP-Light may be longer than their request.
    const sends = protocol !== undefined && (protocol.name !== 'stamp' || protocol.isLight)
    this.#eager = delay > 0 || reply !== undefined || maxDatagrams !== undefined || sends
    // A fixed answer may be longer than the request, so it gets its own buffer.
    if (plan.reply !== undefined) this.#scratch = new Uint8Array(ROOM)
  }

  async open(): Promise<Running<ServerFacts>> {
    const { host, family, port, recvBuffer } = this.#sockets
    const badBefore = readBadChecksums(family)
    const listening = await ListeningSockets.open({
      family,
      host,
      port,
      recvBuffer,
      onMessage: this.#receive,
      onError: this.#failures.failed,
    })
    const { bound } = listening
    this.#listening = listening
    const drops = new BufferDrops(
      () => this.#counters.sum(listening.addresses.map(address => [address] as const)),
      () => readOtherDrops(family),
    )
    const machine = new Responder(
      this.#plan,
      {
        peer: flow => this.#flows.peer(flow),
        drops: () => drops.read(),
        epoch: () => this.#clock.epoch(),
        now: () => this.#clock.now(),
        ...keyedEnvironment(this.#plan.protocol, this.#sockets),
      },
      this.#facts,
      bound.port,
      undefined,
      undefined,
      new AnswerCaps(AnswerCaps.memory(randomInt(2 ** 31))),
    )
    const { promise: done, settle } = createDeferred()
    const sweep = setInterval(() => void listening.refresh(), SWEEP / MILLISECOND)
    const end = (): void => {
      clearInterval(sweep)
      listening.close()
      Object.assign(this.#facts, badChecksumsSince(badBefore, family))
      settle(this.#broken)
    }
    const finished = (): void => {
      // The kernel may have refused the last answers. Node reports that in this tick.
      if (listening.busy) setImmediate(end)
      else end()
    }
    const loop = new Loop(machine, this.#clock, createOutbox(1, ROOM), false, this.#flush, finished)
    this.#machine = machine
    this.#loop = loop
    loop.pump()
    return { facts: this.#facts, bound: [bound], stop: () => this.#stop(), done }
  }

  #stop(): void {
    this.#machine?.stop(this.#clock.now())
    this.#loop?.pump()
  }

  readonly #receive = (message: Uint8Array, from: RemoteInfo, via: number): void => {
    const machine = this.#machine
    const sender = this.#listening?.sender(via)
    if (machine === undefined || sender === undefined || machine.closed) return
    this.#failures.reset()
    // The machine must know which answers were not sent before it answers a receipts request about them.
    sender.checkQueue()
    const inbox = this.#inbox
    const arrived = this.#clock.now()
    const size = Math.min(message.length, this.#recvSize)
    let bytes = message
    if (this.#scratch !== undefined) {
      bytes = this.#scratch
      bytes.set(message)
    }
    const flow = this.#flows.find(from, via)
    setMessage(inbox, bytes, size, message.length, 0, flow, arrived)
    inbox.answer[0] = 0
    machine.receive(inbox, this.#clock.now())
    if (inbox.answer[0] === 1) {
      const keep = inbox.keep[0] ?? 0
      // The message buffer belongs to this answer. The scratch buffer is reused, so it is copied.
      const answer =
        this.#scratch !== undefined ? bytes.slice(0, keep) : keep === bytes.length ? bytes : bytes.subarray(0, keep)
      sender.send(answer, from, new Answer(machine, sender, this.#clock, answer, from, flow, inbox.token[0] ?? 0))
    }
    if (this.#eager || this.#loop?.sleeping !== true) this.#loop?.pump()
  }

  readonly #flush = (outbox: Outbox): void => {
    const machine = this.#machine
    if (machine === undefined) return
    for (let m = 0; m < outbox.count; m++) {
      const at = outbox.at[m] ?? 0
      const flow = outbox.flow[m] ?? 0
      const peer = this.#flows.peer(flow)
      const sender = this.#listening?.sender(this.#flows.via(flow))
      if (sender === undefined) continue
      const bytes = outbox.bytes.slice(at, at + (outbox.size[m] ?? 0))
      sender.send(bytes, peer, new Answer(machine, sender, this.#clock, bytes, peer, flow, outbox.token[m] ?? 0))
    }
  }
}

/** An answer being sent. If the kernel refuses it, it is sent once more. */
class Answer implements SendCallbacks {
  readonly #machine: Responder
  readonly #sender: BoundedSender
  readonly #clock: Clock
  readonly #bytes: Uint8Array
  readonly #to: Pick<Address, 'address' | 'port'>
  readonly #flow: number
  readonly #token: number
  #again = true
  #waited = false

  constructor(
    machine: Responder,
    sender: BoundedSender,
    clock: Clock,
    bytes: Uint8Array,
    to: Pick<Address, 'address' | 'port'>,
    flow: number,
    token: number,
  ) {
    this.#machine = machine
    this.#sender = sender
    this.#clock = clock
    this.#bytes = bytes
    this.#to = to
    this.#flow = flow
    this.#token = token
  }

  waits(): void {
    this.#waited = true
    this.#machine.unsent.stalled(this.#token, this.#flow, this.#bytes.length, this.#clock.now())
  }

  sent(error: Error | null): void {
    if (this.#waited) {
      if (error === null) this.#machine.unsent.left(this.#token, this.#clock.now())
      else this.#machine.unsent.abandoned(this.#token, this.#clock.now())
    } else if (error !== null) this.#failed(errorNumber(error))
  }

  #failed(errno: number): void {
    if (this.#again && errno !== EAGAIN) {
      this.#again = false
      this.#sender.send(this.#bytes, this.#to, this)
    } else this.#machine.refused(0, this.#token, 1, errno, this.#clock.now(), this.#flow, this.#bytes.length)
  }
}
