// Memory per datagram: the growth of the sender between a run and one of twice the length.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { startServer, UDPTOOL } from '../programs.mjs'

const FEW = 5_000_000
const MANY = 10_000_000
/** Seconds of an endless run, and three times as many. */
const SHORT_S = 10

/** The peak memory of the process in bytes, from the kernel's high-water mark, read until the end. */
async function peak(args) {
  const child = spawn(process.execPath, [UDPTOOL, 'send', ...args, '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let most = 0
  const look = setInterval(() => {
    try {
      const mark = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))
      most = Math.max(most, Number(mark?.[1] ?? 0) * 1024)
    } catch {
      // The process has just ended.
    }
  }, 20)
  await new Promise(resolve => child.on('exit', resolve))
  clearInterval(look)
  return most
}

export function memoryRows() {
  let server
  const flood = async (...how) => {
    server ??= await startServer(process.execPath, [UDPTOOL, 'serve', '--port', '0'])
    return peak(['--flood', '--size', '64', '--to', `127.0.0.1:${server.port}`, ...how])
  }
  return [
    {
      name: 'memory of a datagram in the ledger',
      against: 'the bound of the design: 32 B',
      unit: 'B',
      target: { most: 1 },
      needs: [],
      rounds: 1,
      async measure() {
        const few = await flood('--count', String(FEW))
        const many = await flood('--count', String(MANY))
        return { ours: (many - few) / (MANY - FEW), theirs: 32 }
      },
    },
    {
      name: `--summary for ${3 * SHORT_S} s, memory`,
      against: `for ${SHORT_S} s`,
      unit: 'B',
      target: { most: 1.3 },
      needs: [],
      rounds: 1,
      async measure() {
        const few = await flood('--summary', '--duration', `${SHORT_S}s`)
        return { ours: await flood('--summary', '--duration', `${3 * SHORT_S}s`), theirs: few }
      },
    },
  ]
}
