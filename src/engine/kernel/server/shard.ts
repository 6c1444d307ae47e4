import { MILLISECOND, type Nanos } from '../../../base/nanos.ts'
import { createServerFacts } from '../../../facts/server.ts'
import type { Inbox, Outbox } from '../../../machines/machine.ts'
import { AnswerCaps } from '../../../machines/answer-caps.ts'
import { Responder } from '../../../machines/responder.ts'
import { ServerTraffic } from '../../../machines/server-traffic.ts'
import { createOutbox } from '../../batch.ts'
import { BufferDrops } from '../../buffer-drops.ts'
import { Clock } from '../../clock.ts'
import { readOtherDrops } from '../../kernel-counters.ts'
import { ICMP_ERRNOS } from '../../icmp-errnos.ts'
import { keyedEnvironment } from '../../macs.ts'
import { SEND_BUFFER } from '../../send-buffer.ts'
import { POLLERR } from '../system/abi.ts'
import { Arena } from '../system/arena.ts'
import { Backlog } from '../socket/backlog.ts'
import { BatchSize, MANY_MESSAGES, MESSAGE_ROOM, SERVER_TRAINS } from '../socket/batch-size.ts'
import { ErrorQueue } from '../socket/error-queue.ts'
import { FlowTable } from '../socket/flow-table.ts'
import type { Libc } from '../system/libc.ts'
import { runLoop, type Reporter, type Driver } from '../loop/loop.ts'
import { notLater, RealTime } from '../loop/real-time.ts'
import { ReceiveBatch } from '../socket/receive-batch.ts'
import { ReceiveBackoff } from '../socket/receive-backoff.ts'
import type { Rows } from '../socket/rows.ts'
import { SendBatch } from '../socket/send-batch.ts'
import { EvidenceDemand } from './evidence-demand.ts'
import { ShardSockets } from './shard-sockets.ts'
import type { ShardTask } from './shard-task.ts'
import { UnresolvedNeighbors } from './unresolved-neighbors.ts'
import { KernelSocket } from '../socket/socket.ts'
import { Datagrams, RESERVED } from '../wasm/datagrams.ts'
import { createWatch, watchBytes, type Watch } from '../socket/watch.ts'

/** Room for the answers of one turn that are not written in the place of their request. */
const OUT_ROOM = 4 * MESSAGE_ROOM
/** Longest wait of answers for room in the send buffer. No request is served meanwhile. */
const MAX_WAIT: Nanos = 4 * MILLISECOND

/** The socket and machine of a server, or of one shard of several on the same port. */
export class Shard implements Driver {
  readonly socket: KernelSocket
  readonly facts = createServerFacts()
  readonly outbox: Outbox
  readonly inbox: Inbox
  readonly #task: ShardTask
  readonly #libc: Libc
  readonly #clock = new Clock()
  readonly #real: RealTime
  readonly #machine: Responder
  readonly #shards: ShardSockets
  readonly #watch: Watch
  readonly #receive: ReceiveBatch
  readonly #backoff = new ReceiveBackoff()
  #reporter: Reporter | undefined
  readonly #size: BatchSize
  readonly #demand: EvidenceDemand
  /** Probes that the machine had seen before the last batch. */
  #probes = 0
  /** The answers in the inbox. */
  readonly #answers: Rows
  readonly #answerBatch: SendBatch
  readonly #answering = new Backlog(MAX_WAIT, true)
  #answered = 0
  readonly #outBatch: SendBatch
  readonly #leaving = new Backlog(MAX_WAIT, true)
  readonly #errors: ErrorQueue
  readonly #unresolved: UnresolvedNeighbors

  /** Opens the socket. Throws a UdptoolError. */
  constructor(libc: Libc, task: ShardTask) {
    const { plan, sockets, waker } = task
    this.#libc = libc
    this.#task = task
    this.#real = new RealTime(libc, this.#clock)
    this.socket = openSocket(libc, task)
    // Not more messages at once than there are flow numbers, so that no number is reused while its message is handled.
    const rows = Math.min(MANY_MESSAGES, plan.maxPeers)
    const readSize = Math.min(sockets.recvSize ?? MESSAGE_ROOM, MESSAGE_ROOM)
    const receive = { rows, room: MESSAGE_ROOM, readSize }
    const batches =
      ReceiveBatch.bytes(receive) + SendBatch.bytes(rows) + SendBatch.bytes(MANY_MESSAGES) + ErrorQueue.bytes()
    const known = { family: sockets.family, most: plan.maxPeers, local: this.socket.reportsLocal }
    const arena = new Arena(libc, RESERVED + batches + FlowTable.bytes(known) + OUT_ROOM + watchBytes(1) + 64)
    arena.allocate(RESERVED)
    const flows = new FlowTable(arena, known, libc, flow => this.#machine.evict(flow))
    this.#size = new BatchSize(rows, SERVER_TRAINS)
    this.#demand = new EvidenceDemand(asked => this.socket.askForEvidence(asked))
    this.#receive = new ReceiveBatch(libc, arena, { ...receive, flows })
    const { inbox } = this.#receive
    this.inbox = inbox
    const { bytes, at, keep: size, stride, flow, hops, answerTos } = inbox
    this.#answers = { bytes, at, size, stride, flow, hops, answerTos }
    const out = arena.allocate(OUT_ROOM)
    const outbox = createOutbox(MANY_MESSAGES, OUT_ROOM, arena.bytes.subarray(out.at, out.at + OUT_ROOM))
    this.outbox = outbox
    const refused =
      ({ token }: Pick<Inbox, 'token'>, sent: Rows) =>
      (row: number, first: number, count: number, errno: number): void => {
        const length = sent.stride[row] ?? 0
        const lost = Math.min((first + count) * length, sent.size[row] ?? 0) - first * length
        const to = sent.flow[row] ?? 0
        this.#machine.refused(0, (token[row] ?? 0) + first, count, errno, this.#clock.now(), to, lost)
      }
    this.#answerBatch = new SendBatch(libc, arena, {
      rows,
      flows,
      errors: true,
      refused: refused(inbox, this.#answers),
    })
    this.#outBatch = new SendBatch(libc, arena, {
      rows: MANY_MESSAGES,
      flows,
      errors: true,
      refused: refused(outbox, outbox),
    })
    this.#errors = new ErrorQueue(libc, arena)
    this.#unresolved = new UnresolvedNeighbors(this.socket.bound)
    this.#watch = createWatch(libc, arena, waker.fd, 1)
    this.#watch.add(0, this.socket.fd)
    this.#shards = new ShardSockets(libc, task.shards, task.number)
    this.#shards.open(this.socket)
    // The clients of a run may be on different shards, so only the sum over all shards covers the run.
    const drops = new BufferDrops(
      () => this.#shards.drops(),
      () => readOtherDrops(sockets.family),
      task.shards.bufferDrops,
    )
    this.#machine = new Responder(
      plan,
      {
        peer: number => flows.peer(number),
        drops: () => drops.read(),
        epoch: () => this.#real.epoch(),
        now: () => this.#clock.now(),
        ...keyedEnvironment(plan.protocol, sockets),
      },
      this.facts,
      this.socket.bound.port,
      new Datagrams(arena.memory),
      new ServerTraffic(task.traffic, task.number),
      // performance.now(), on which the clock is based, has another origin in each thread. hrtime does not.
      new AnswerCaps(task.caps, Number(process.hrtime.bigint()) - this.#clock.now()),
    )
  }

  /** Serves until the machine has closed. */
  run(reporter: Reporter): void {
    this.#reporter = reporter
    runLoop(this.#machine, this, reporter, this.#task.waker, this.#libc, this.#clock)
    this.#watch.close()
    this.#shards.close(this.socket)
    this.socket.close()
  }

  flush(now: Nanos): boolean {
    const answered = this.#sendAnswers(now)
    const { outbox } = this
    const sent = this.#leaving.send(this.#outBatch, this.socket.fd, outbox, outbox.count, now)
    if (this.#outBatch.mayHaveErrors) this.#drainErrors()
    if (!sent) return false
    this.#leaving.next = 0
    outbox.count = 0
    return answered
  }

  take(now: Nanos): number {
    // While answers wait, receive no requests: these could reuse the flow numbers and the memory of the answers.
    if (this.#isBlocked || now < this.#backoff.until) return 0
    const { inbox } = this.#receive
    const count = this.#receive.take(this.socket.fd, 0, now, this.#real.epoch(now), this.#size.most)
    if (count < 0) this.#failed(-count)
    if (count <= 0) return 0
    this.#backoff.succeeded()
    notLater(inbox, this.#clock.now())
    this.#size.learn(inbox)
    return count
  }

  answer(): void {
    const now = this.#clock.now()
    const { probes } = this.facts
    this.#demand.took(this.inbox.count, probes - this.#probes, now)
    this.#probes = probes
    this.#answered = this.inbox.count
    this.#sendAnswers(now)
  }

  wait(until: Nanos): void {
    const { fd } = this.socket
    this.#demand.rest()
    const blocked = this.#isBlocked
    const end = Math.min(until, this.#answering.until, this.#leaving.until)
    const now = this.#clock.now()
    if (now < this.#backoff.until) return this.#watch.sleep(Math.max(0, Math.min(end, this.#backoff.until) - now))
    if (blocked) this.#watch.awaitRoom(0, fd, true)
    this.#watch.wait(Math.max(0, end - this.#clock.now()))
    if (blocked) this.#watch.awaitRoom(0, fd, false)
    if (this.#watch.count > 0 && ((this.#watch.events[0] ?? 0) & POLLERR) !== 0) this.#drainErrors()
  }

  /** An error about an answer is in the error queue. Any other error is from the local kernel, such as out of memory. */
  #failed(errno: number): void {
    if (ICMP_ERRNOS.has(errno)) return this.#drainErrors()
    const now = this.#clock.now()
    this.#backoff.failed(this.facts.receiveErrors, errno, now)
    this.#reporter?.changed(now)
  }

  get #isBlocked(): boolean {
    return this.#answering.until !== Infinity || this.#leaving.until !== Infinity
  }

  /** Do not answer unresolved neighbors for a while, because each datagram to one stays in the send buffer for seconds. */
  #drainErrors(): void {
    this.#answerBatch.mayHaveErrors = false
    this.#outBatch.mayHaveErrors = false
    const now = this.#clock.now()
    this.#errors.drain(this.socket.fd, (error, _quoted, to) => {
      if (to !== undefined && this.#unresolved.has(error, now)) this.#machine.guard.suspend(to.address, now)
    })
  }

  #sendAnswers(now: Nanos): boolean {
    const { fd } = this.socket
    const sent = this.#answering.send(this.#answerBatch, fd, this.#answers, this.#answered, now, this.inbox.answer)
    if (this.#answerBatch.mayHaveErrors) this.#drainErrors()
    if (!sent) return false
    this.#answering.next = 0
    this.#answered = 0
    return true
  }
}

function openSocket(libc: Libc, { plan, sockets, port: sharing }: ShardTask): KernelSocket {
  const { workers: _, keys: __, recvSize, ...at } = sockets
  const socket = KernelSocket.open(libc, {
    ...at,
    role: 'server',
    sendBuffer: SEND_BUFFER,
    errors: true,
    reusePort: sharing === 'join',
    // A message that the kernel truncates must be a single datagram, and so must one whose answer has a type of service of its own.
    trains: recvSize === undefined && (plan.protocol?.name !== 'stamp' || !plan.protocol.allowsDscp),
  })
  if (sharing === 'share') socket.share()
  return socket
}
