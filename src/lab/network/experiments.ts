import { connect } from 'node:net'
import { once } from 'node:events'
import { openSocket } from '../../engine/open-socket.ts'
import { checkedLibc, KernelSocket, PlainSocket } from '../../engine/system-calls.ts'
import { errnoName } from '../../base/errno.ts'
import { FAR, NEAR, type Crossing, type Experiment, type Findings } from './protocol.ts'
import { snmp } from './snmp.ts'
import type { Wire } from './wire.ts'

const LARGE = 4000
/** The fragments of a large datagram at an MTU of 1500: 1480 bytes each of 4000 and the 8 of the UDP header. */
const FRAGMENTS = 3
/** The largest datagram that is not fragmented at an MTU of 1500: minus 20 bytes of IPv4 and 8 of UDP. */
const SMALL = 1472
const COUNT = 5

/** The experiments by name. */
export const EXPERIMENTS: { readonly [Name in Experiment]: (wire: Wire) => Promise<Findings[Name]> } = {
  segments: async wire => {
    const tcp = await segments(wire)
    const udp = await fragments(wire, true)
    try {
      // Matches the last fragment: its offset is not 0, and "more fragments" is not set.
      wire.drop('ip frag-off & 0x1fff != 0 ip frag-off & 0x2000 == 0')
    } catch {
      return { tcp, udp }
    }
    const { arrived, received } = await fragments(wire, false)
    // Packets are dropped before the counter of received fragments.
    return { tcp, udp, torn: { arrived, received, dropped: await wire.dropped(1) } }
  },
  fragments: async wire => {
    // Matches every fragment: its offset is not 0, or "more fragments" is set.
    wire.drop('ip frag-off & 0x3fff != 0')
    const small = await cross(wire, SMALL, COUNT, true)
    const large = await cross(wire, LARGE, COUNT, false)
    return { small, large, dropped: await wire.dropped(COUNT * FRAGMENTS) }
  },
  df: async wire => {
    const { libc, missing } = checkedLibc()
    if (libc === undefined) throw new Error(`the kernel engine does not work here: ${missing}`)
    const connectTo = { address: FAR, port: wire.udpPort, family: 'udp4' } as const
    const socket = KernelSocket.open(libc, {
      family: 'udp4',
      host: NEAR,
      port: 0,
      role: 'prober',
      recvBuffer: 65_536,
      connectTo,
      df: 'do',
    })
    const plain = PlainSocket.over(libc, socket)
    const passed = plain.send(new Uint8Array(SMALL))
    const refused = plain.send(new Uint8Array(SMALL + 1))
    const { datagrams } = await wire.report(report => report.datagrams.length === 0)
    plain.close()
    return { passed, received: datagrams, ...(refused < 0 ? { refused: errnoName(-refused) } : {}) }
  },
}

/** Sends one write over a connection, and counts its segments with the kernel's counters. */
async function segments(wire: Wire): Promise<Findings['segments']['tcp']> {
  const socket = connect({ host: FAR, port: wire.tcpPort })
  await once(socket, 'connect')
  // The acknowledgement that ends the handshake may be sent after the connection is reported (tcp_rcv_synsent_state_process).
  await wire.report()
  const before = snmp('Tcp.OutSegs')
  socket.write(new Uint8Array(LARGE))
  const { streamed } = await wire.report(report => report.streamed < LARGE)
  const after = snmp('Tcp.OutSegs')
  socket.destroy()
  return { segments: after - before, received: streamed }
}

/** Sends one large datagram, and counts its fragments with the kernels' counters of both ends. */
async function fragments(wire: Wire, passes: boolean): Promise<Findings['segments']['udp']> {
  const far = await wire.report()
  const before = snmp('Ip.FragCreates')
  const { received } = await cross(wire, LARGE, 1, passes)
  // The last fragment is the one that is dropped, and the others arrive before it.
  if (!passes) await wire.dropped(1)
  const { snmp: text } = await wire.report()
  const grown = (name: string): number => snmp(`Ip.${name}`, text) - snmp(`Ip.${name}`, far.snmp)
  return {
    created: snmp('Ip.FragCreates') - before,
    arrived: grown('ReasmReqds'),
    joined: grown('ReasmOKs'),
    received,
  }
}

/** Sends datagrams of one size over the wire. Waits for those that should pass. */
async function cross(wire: Wire, size: number, count: number, pass: boolean): Promise<Crossing> {
  const socket = await openSocket({
    family: 'udp4',
    host: NEAR,
    port: 0,
    recvBuffer: 65_536,
    onMessage: () => {},
    connectTo: { address: FAR, port: wire.udpPort, family: 'udp4' },
  })
  let sent = 0
  for (let n = 0; n < count; n++) {
    const error = await new Promise<Error | null>(resolve => {
      socket.send(new Uint8Array(size), resolve)
    })
    if (error === null) sent += 1
  }
  const { datagrams } = await wire.report(report => pass && report.datagrams.length < count)
  socket.close()
  return { sent, received: datagrams }
}
