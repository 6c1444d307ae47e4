import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { FAR, type FarReport } from './protocol.ts'
import { snmpText } from './snmp.ts'

/** The process at the other end of the wire. It receives by UDP and TCP, and sends a report for each message from its parent. */
const udp = createSocket('udp4')
const datagrams: number[] = []
let streamed = 0
udp.on('message', bytes => datagrams.push(bytes.length))
udp.bind(0, FAR)
await once(udp, 'listening')
const tcp = createServer(connection => {
  connection.on('data', bytes => (streamed += bytes.length))
  connection.on('error', () => connection.destroy())
})
tcp.listen(0, FAR)
await once(tcp, 'listening')

function tell(): void {
  const { port: tcpPort } = tcp.address() as AddressInfo
  const report: FarReport = {
    udpPort: udp.address().port,
    tcpPort,
    datagrams,
    streamed,
    snmp: snmpText(),
  }
  process.send?.(report)
}

process.on('message', tell)
process.once('disconnect', () => process.exit(0))
tell()
