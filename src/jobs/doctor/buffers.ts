import { bufferCharge } from '../../base/buffer-charge.ts'
import { formatSize } from '../../base/size.ts'
import { LARGEST_PAYLOAD } from '../../base/sizes.ts'
import type { Finding } from '../../verdict/doctor.ts'
import type { Need } from './plan.ts'
import { readSetting, type HostReader } from './host-reader.ts'

/** The charge of the largest IPv4 datagram with the kernel's overhead. With a smaller buffer it cannot be sent at all. */
const LEAST_SEND_BUFFER = bufferCharge(LARGEST_PAYLOAD.udp4)

/** Whether this host grants a large enough receive buffer, on request and by default. */
export function buffers(host: HostReader, need: Need): Finding[] {
  return [receiveLimit(host, need), receiveDefault(host, need), sendLimit(host), memory(host)].flat()
}

function receiveLimit(host: HostReader, need: Need): Finding[] {
  const most = readSetting(host, 'net.core.rmem_max')
  if (most === undefined) return []
  const what = `net.core.rmem_max is ${formatSize(most)}: a program may have a buffer of ${held(2 * most, need)}`
  if (most >= need.recvBuffer) return [{ id: 'buffer.receiveLimit', level: 'ok', what }]
  return [
    {
      id: 'buffer.receiveLimit',
      level: 'warn',
      what,
      cost: `${needText(need)} need a buffer (--recv-buffer) of ${formatSize(need.recvBuffer)}; the kernel silently reduces a larger request to the limit`,
      fix: `sudo sysctl -w net.core.rmem_max=${powerAbove(need.recvBuffer)}`,
    },
  ]
}

function receiveDefault(host: HostReader, need: Need): Finding[] {
  const usual = readSetting(host, 'net.core.rmem_default')
  if (usual === undefined) return []
  const what = `net.core.rmem_default is ${formatSize(usual)}: a program with the default has a buffer of ${held(usual, need)}`
  if (usual >= 2 * need.recvBuffer) return [{ id: 'buffer.receiveDefault', level: 'ok', what }]
  return [
    {
      id: 'buffer.receiveDefault',
      level: 'note',
      what,
      cost: `it loses datagrams in bursts and pauses longer than ${pauseOf(usual, need)}; programs that request more (udptool does) do not`,
      fix: `have the program set SO_RCVBUF, or sudo sysctl -w net.core.rmem_default=${powerAbove(2 * need.recvBuffer)}`,
    },
  ]
}

function sendLimit(host: HostReader): Finding[] {
  const most = readSetting(host, 'net.core.wmem_max')
  if (most === undefined) return []
  const what = `net.core.wmem_max is ${formatSize(most)}`
  if (2 * most >= LEAST_SEND_BUFFER) return [{ id: 'buffer.sendLimit', level: 'ok', what }]
  return [
    {
      id: 'buffer.sendLimit',
      level: 'warn',
      what,
      cost: 'the largest datagrams are refused (EMSGSIZE)',
      fix: 'sudo sysctl -w net.core.wmem_max=212992',
    },
  ]
}

/** The memory of all UDP sockets together, in pages: net.ipv4.udp_mem has minimum, pressure and maximum (udp(7)). */
function memory(host: HostReader): Finding[] {
  const [, pressure, most] = host.read('/proc/sys/net/ipv4/udp_mem')?.split(/\s+/u).map(Number) ?? []
  const used = host.counters().get('UDP.mem')
  if (pressure === undefined || most === undefined || used === undefined) return []
  const what = `all UDP sockets together use ${used} of ${most} pages (net.ipv4.udp_mem)`
  if (used < pressure) return [{ id: 'buffer.memory', level: 'ok', what }]
  return [
    {
      id: 'buffer.memory',
      level: 'warn',
      what,
      cost: 'above the limit every socket drops what arrives, even if its own buffer is empty (MemErrors)',
      fix: 'find the program that does not read (ss -uamn shows the queues), or raise net.ipv4.udp_mem',
    },
  ]
}

function held(bytes: number, { size }: Need): string {
  return `${formatSize(bytes)}, which holds ${Math.floor(bytes / bufferCharge(size))} datagrams of ${size} bytes`
}

function needText({ rate, pauseMs, size }: Need): string {
  return `${Math.round(rate)} datagrams of ${size} bytes a second and a pause of ${pauseMs} ms`
}

function pauseOf(bytes: number, { rate, size }: Need): string {
  const ms = (bytes / bufferCharge(size) / rate) * 1000
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms at ${Math.round(rate)}/s`
}

function powerAbove(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(bytes, 1)))
}
