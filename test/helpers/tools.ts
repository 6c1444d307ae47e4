import { accessSync, constants, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onCleanup } from './lifetime.ts'

/** Whether this program is on the PATH. If not, prints the reason; with CI set, throws. */
export function requireTool(name: string): boolean {
  const found = (process.env['PATH'] ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  return found || skipped(`${name} is not installed`)
}

/** Whether this machine has ::1. If not, prints the reason; with CI set, throws. */
export function requireIpv6(): boolean {
  const loopback = Object.values(networkInterfaces()).flat()
  return loopback.some(entry => entry?.address === '::1') || skipped('this machine has no ::1')
}

/** Whether this UDP port of 127.0.0.1 is free, for tests of well-known ports. If not, prints the reason; with CI set, throws. */
export async function requirePort(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true })
    await once(socket, 'listening')
    return true
  } catch {
    return skipped(`port ${port} is taken`)
  } finally {
    socket.close()
  }
}

/** Prints why a test does not run. With CI set, throws. */
export function skipped(why: string): false {
  if (process.env['CI']) throw new Error(`${why}, and CI is set: a test that cannot run is a failure here`)
  console.warn(`skipped: ${why}`)
  return false
}

/** A temporary folder. It is removed with the test, or after the last test that uses it (`shared`). */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'udptool-test-'))
  onCleanup(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A UDP port of 127.0.0.1 that another socket has until the end of the test. */
export async function takenPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind({ port: 0, address: '127.0.0.1', exclusive: true })
  await once(socket, 'listening')
  onCleanup(() => void socket.close())
  return socket.address().port
}

/** A UDP port of 127.0.0.1 without a socket: it was bound and closed again. */
export async function closedPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind({ port: 0, address: '127.0.0.1', exclusive: true })
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

/** The UDP port that a process has bound, by its descriptors and /proc/net/udp. Waits for up to 10 seconds. */
export async function udpPortOf(pid: number): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const inodes = socketInodes(pid)
    for (const row of readFileSync('/proc/net/udp', 'utf8').trim().split('\n').slice(1)) {
      const columns = row.trim().split(/\s+/)
      if (inodes.has(columns[9] ?? '')) return Number.parseInt((columns[1] ?? '').split(':')[1] ?? '', 16)
    }
    await sleep(20)
  }
  throw new Error(`process ${pid} binds no UDP port`)
}

/** Waits until a process has exactly this number of UDP sockets. */
export async function untilUdpSockets(pid: number, count: number): Promise<void> {
  await untilSockets(pid, `not ${count}`, found => found === count)
}

/** Waits until a process has opened its first UDP socket. */
export async function untilUdpSocket(pid: number): Promise<void> {
  await untilSockets(pid, 'none was opened', found => found > 0)
}

async function untilSockets(pid: number, missing: string, isRight: (found: number) => boolean): Promise<void> {
  let found = NaN
  for (let attempt = 0; attempt < 1000; attempt++) {
    const inodes = socketInodes(pid)
    const rows = readFileSync('/proc/net/udp', 'utf8').trim().split('\n').slice(1)
    found = rows.filter(row => inodes.has(row.trim().split(/\s+/)[9] ?? '')).length
    if (isRight(found)) return
    await sleep(20)
  }
  throw new Error(`process ${pid} has ${found} UDP sockets: ${missing}`)
}

function socketInodes(pid: number): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`
  const inodes = new Set<string>()
  for (const name of readdirSync(folder)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1]
      if (inode !== undefined) inodes.add(inode)
    } catch {
      // It was closed meanwhile.
    }
  }
  return inodes
}

/** Resident memory of a process, in bytes (VmRSS). */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kilobytes === undefined) throw new Error(`/proc/${pid}/status has no VmRSS`)
  return Number(kilobytes) * 1024
}

/** Resolves once the process is gone or a zombie; rejects after 20 seconds. */
export async function untilGone(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (!isAlive(pid)) return
    await sleep(50)
  }
  throw new Error(`process ${pid} still runs`)
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
