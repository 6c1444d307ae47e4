import type { Socket } from 'node:dgram'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { SMALLEST_RECV_BUFFER } from '../base/buffer-charge.ts'
import { DropCounters } from './drop-counters.ts'
import { boundAddress, openSocket } from './open-socket.ts'

/** The result of a burst that was sent while nothing read it. */
export interface BurstOutcome {
  readonly sent: number
  readonly received: number
  /** Growth of the receiving socket's drop counter, if it can be read. */
  readonly drops: number | undefined
}

/** The time between two looks, ms. If nothing arrives for this time, the receiver has read all that was queued. */
const QUIET_MS = 50
/** A busy machine may take long to read what was queued, ms. */
const TIMEOUT_MS = 20_000

/**
 * Sends `count` datagrams in one turn of the event loop to a socket of the same thread, which therefore cannot read any before all are
 * sent. This overflows the smallest possible receive buffer, whatever the speed of the machine.
 */
export async function burstIntoSmallBuffer(count: number, size: number): Promise<BurstOutcome> {
  const counters = new DropCounters()
  let received = 0
  const receiver = await openSocket({
    family: 'udp4',
    host: '127.0.0.1',
    port: 0,
    recvBuffer: SMALLEST_RECV_BUFFER,
    onMessage: () => (received += 1),
  })
  const address = boundAddress(receiver, 'udp4')
  let sender: Socket | undefined
  try {
    sender = await openSocket({
      family: 'udp4',
      host: '127.0.0.1',
      port: 0,
      recvBuffer: 65_536,
      onMessage: () => {},
      connectTo: address,
    })
    const before = counters.read(address)
    const sent = await sendAll(sender, count, Buffer.alloc(size))
    const drops = (): number | undefined => {
      const now = counters.read(address)
      return before === undefined || now === undefined ? undefined : now - before
    }
    const deadline = performance.now() + TIMEOUT_MS
    for (let seen = -1; performance.now() < deadline;) {
      const dropped = drops()
      if (dropped === undefined ? seen === received : received + dropped >= sent) break
      seen = received
      await sleep(QUIET_MS)
      // Timers come before I/O in an iteration of the event loop, so after a pause the time may be over with nothing read.
      await turn()
    }
    return { sent, received, drops: drops() }
  } finally {
    sender?.close()
    receiver.close()
  }
}

async function sendAll(sender: Socket, count: number, bytes: Buffer): Promise<number> {
  const results = Array.from({ length: count }, () => {
    return new Promise<number>(resolve => {
      sender.send(bytes, error => resolve(error === null ? 1 : 0))
    })
  })
  return (await Promise.all(results)).reduce((sum, one) => sum + one, 0)
}
