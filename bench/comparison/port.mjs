// Ports for servers that cannot choose one. The kernel's tables show which are bound (proc(5), /proc/net).
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const LONGEST_START_MS = 5000

/** A port that is currently free for UDP and TCP. */
export async function freePort() {
  const tcp = createServer().listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const { port } = tcp.address()
  const udp = createSocket('udp4').bind(port, '127.0.0.1')
  await once(udp, 'listening')
  udp.close()
  tcp.close()
  await Promise.all([once(udp, 'close'), once(tcp, 'close')])
  return port
}

/** Waits until a program has bound a port, because most servers print nothing then. */
export async function untilBound({ child, printed }, kind, port) {
  for (const end = performance.now() + LONGEST_START_MS; performance.now() < end; await pause(20)) {
    if (child.exitCode !== null) throw new Error(`the server ended (${child.exitCode}): ${printed.stderr}`)
    if (isBound(kind, port)) return
  }
  throw new Error(`no server on ${kind} port ${port} after ${LONGEST_START_MS} ms: ${printed.stderr}`)
}

function isBound(kind, port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return [kind, `${kind}6`].some(table =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .some(row => row.trim().split(/\s+/)[1]?.endsWith(suffix)),
  )
}
