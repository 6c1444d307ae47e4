import { messageOf } from '../../../base/thrown.ts'
import type { Family } from '../../../base/address.ts'
import { EFD_CLOEXEC, EFD_NONBLOCK, IP_RECVFRAGSIZE, SOL_IP, UDP_MAX_SEGMENTS } from '../system/abi.ts'
import { Arena } from '../system/arena.ts'
import { ErrorQueue } from '../socket/error-queue.ts'
import type { Libc } from '../system/libc.ts'
import { Loopback } from './loopback.ts'

/** Whether the kernel can do something, as tried on loopback, and why not. */
type Capability = { readonly able: true } | { readonly able: false; readonly reason: string }

/** Number of datagrams of 1000 bytes that no small buffer can hold. */
const BURST = 32

/** The trials by capability. */
export const TRIALS = {
  /** Several messages per call. */
  batches: tryBatches,
  /** A truncated datagram reports its full length. */
  truncation: tryTruncation,
  /** Answers leave from the address that received the request. */
  source4: loopback => trySource(loopback, 'udp4', '0.0.0.0', '127.0.0.2'),
  source6: loopback => trySource(loopback, 'udp6', '::', '::1'),
  tos: tryTos,
  ttl: tryTtl,
  timestamps: tryTimestamps,
  fragmentSize: tryFragmentSize,
  /** The kernel cuts one message into datagrams (UDP_SEGMENT). */
  trainsOut: loopback => tryTrain(loopback, 4, false),
  /** Several datagrams arrive as one message (UDP_GRO). */
  trainsIn: loopback => tryTrain(loopback, 1, true),
  drops: tryDrops,
  errorQueue: tryErrorQueue,
  reusePort: tryReusePort,
  df: tryDf,
  eventfd: tryEventfd,
} as const satisfies Readonly<Record<string, (loopback: Loopback) => string | undefined>>

export interface KernelCapabilities extends Readonly<Record<keyof typeof TRIALS, Capability>> {
  /** Maximum datagrams of one message that the kernel cuts: UDP_MAX_SEGMENTS, which depends on the version. 1 if it cuts none. */
  readonly mostSegments: number
}

/** Runs all trials. Takes a few milliseconds and leaves nothing behind. */
export function tryCapabilities(libc: Libc): KernelCapabilities {
  const found: Partial<Record<keyof typeof TRIALS, Capability>> = {}
  let name: keyof typeof TRIALS
  for (name in TRIALS) found[name] = attempt(libc, TRIALS[name])
  const all = found as Record<keyof typeof TRIALS, Capability>
  return { ...all, mostSegments: all.trainsOut.able ? tryMostSegments(libc) : 1 }
}

/** Runs a trial. It returns or throws the reason if the kernel cannot do it. */
function attempt(libc: Libc, trial: (loopback: Loopback) => string | undefined): Capability {
  const loopback = new Loopback(libc)
  try {
    const reason = trial(loopback)
    return reason === undefined ? { able: true } : { able: false, reason }
  } catch (error) {
    return { able: false, reason: messageOf(error) }
  } finally {
    loopback.close()
  }
}

function differs(what: string, is: number | undefined, due: number): string | undefined {
  return is === due ? undefined : `${what}: ${is ?? 'none'} where ${due} was due`
}

function tryBatches(loopback: Loopback): string | undefined {
  const receiver = loopback.open()
  const sender = loopback.open({ connectTo: receiver.socket.bound })
  for (const size of [0, 1, 100]) sender.send(size)
  return differs('messages of one call', receiver.take().count, 3)
}

function tryTruncation(loopback: Loopback): string | undefined {
  const receiver = loopback.open({}, 100)
  loopback.open({ connectTo: receiver.socket.bound }).send(2000)
  const { size, whole } = receiver.take()
  return differs('bytes read', size[0], 100) ?? differs('true length', whole[0], 2000)
}

function trySource(loopback: Loopback, family: Family, host: string, called: string): string | undefined {
  const receiver = loopback.open({ family, host })
  // A connected socket receives only from its peer, so an answer from another address would not arrive.
  const sender = loopback.open({ family, connectTo: { ...receiver.socket.bound, address: called } })
  sender.send(10)
  receiver.take()
  receiver.answer()
  return differs(`answers from ${called}`, sender.take().count, 1)
}

function tryTos(loopback: Loopback): string | undefined {
  const receiver = loopback.open()
  loopback.open({ connectTo: receiver.socket.bound, tos: 0xb8 }).send(10)
  return differs('type of service', receiver.take().tos[0], 0xb8)
}

function tryTtl(loopback: Loopback): string | undefined {
  const receiver = loopback.open()
  loopback.open({ connectTo: receiver.socket.bound, ttl: 33 }).send(10)
  return differs('time to live', receiver.take().ttl[0], 33)
}

function tryTimestamps(loopback: Loopback): string | undefined {
  const receiver = loopback.open()
  loopback.open({ connectTo: receiver.socket.bound }).send(10)
  // Without a stamp it would be the default: −1.
  return (receiver.take().arrived[0] ?? -1) > 0 ? undefined : 'no stamp came with a datagram'
}

/** The MTU of loopback is larger than any datagram, so there are no fragments. The trial only shows that the option is accepted. */
function tryFragmentSize(loopback: Loopback): string | undefined {
  const { fd } = loopback.open().socket
  const value = new Uint32Array(1)
  loopback.libc.getsockopt(fd, SOL_IP, IP_RECVFRAGSIZE, value, Uint32Array.of(value.byteLength))
  return differs('IP_RECVFRAGSIZE', value[0], 1)
}

function tryTrain(loopback: Loopback, messages: number, trains: boolean): string | undefined {
  const receiver = loopback.open({ trains })
  const errno = loopback.open({ connectTo: receiver.socket.bound }).send(350, 100)
  const { count, stride } = receiver.take()
  return differs('errno', errno, 0) ?? differs('messages', count, messages) ?? differs('datagram size', stride[0], 100)
}

function tryDrops(loopback: Loopback): string | undefined {
  const receiver = loopback.open({ recvBuffer: 1 })
  const sender = loopback.open({ connectTo: receiver.socket.bound })
  for (let n = 0; n < BURST; n++) sender.send(1000)
  const drops = receiver.socket.drops() ?? 0
  let received = 0
  for (let taken = -1; taken !== 0 && received + drops < BURST; received += taken) taken = receiver.take().count
  return drops === 0 ? 'a full buffer left no trace' : differs('drops', drops, BURST - received)
}

function tryErrorQueue(loopback: Loopback): string | undefined {
  const { socket } = loopback.open()
  const sender = loopback.open({ role: 'prober', connectTo: socket.bound })
  socket.close()
  sender.send(10)
  let type: number | undefined
  let quoted: number | undefined
  new ErrorQueue(loopback.libc, new Arena(loopback.libc, ErrorQueue.bytes())).drain(
    sender.socket.fd,
    (error, bytes) => {
      type = error.type
      quoted = bytes.length
    },
  )
  // RFC 792: destination unreachable.
  return differs('type of the error', type, 3) ?? differs('bytes quoted', quoted, 10)
}

function tryReusePort(loopback: Loopback): string | undefined {
  const first = loopback.open()
  first.socket.share()
  const { port } = first.socket.bound
  return differs('port', loopback.open({ port, reusePort: true }).socket.bound.port, port)
}

function tryDf(loopback: Loopback): string | undefined {
  for (const df of ['do', 'probe'] as const) loopback.open({ role: 'prober', df })
  return undefined
}

function tryEventfd(loopback: Loopback): string | undefined {
  const { libc } = loopback
  const fd = libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)
  if (fd < 0) return `errno ${-fd}`
  const one = new Uint8Array(8)
  one[0] = 1
  libc.write(fd, one)
  one[0] = 0
  libc.read(fd, one)
  libc.close(fd)
  return differs('number read', one[0], 1)
}

/** UDP_MAX_SEGMENTS of this kernel. 1 if it cuts no messages. */
export function tryMostSegments(libc: Libc): number {
  const loopback = new Loopback(libc)
  try {
    const receiver = loopback.open({ trains: true })
    const sender = loopback.open({ connectTo: receiver.socket.bound })
    return UDP_MAX_SEGMENTS.find(segments => sender.send(segments, 1) === 0) ?? 1
  } finally {
    loopback.close()
  }
}
