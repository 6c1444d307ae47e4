// npm run bench:monitor: what a monitor of many paths costs: missed slots, lateness, CPU of its thread, memory of the process.
//
// usage: node bench/monitor.mjs [--paths N] [--interval MS] [--seconds S] [--engine kernel|dgram]
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { residentBytes, startServer, UDPTOOL } from './programs.mjs'

const { values: flags } = parseArgs({
  options: {
    paths: { type: 'string', default: '1000' },
    interval: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    engine: { type: 'string', default: 'kernel' },
  },
})
const PATHS = Number(flags.paths)
const INTERVAL = Number(flags.interval) * 1e6
const SECONDS = Number(flags.seconds)
const RECV_BUFFER = 256 * 1024
/** Of OUTCOME (src/facts/probe-table.ts). */
const WHOLE = 2
/** Ticks per second in /proc/PID/stat (proc(5)). */
const TICKS = 100

const { kernelEngine } = await import('../dist/engine/kernel-engine.js')
const { dgramEngine } = await import('../dist/engine/dgram-engine.js')
const engine = flags.engine === 'dgram' ? dgramEngine : kernelEngine()
const server = await startServer(process.execPath, [UDPTOOL, 'serve', '--port', '0'], { core: 'any' })
const target = { address: '127.0.0.1', port: server.port, family: 'udp4' }

const count = { scheduled: 0, whole: 0, missed: 0, missedAtStart: 0, epochs: 0 }
const lateness = []
let updates = 0
const before = threads()
const idleBytes = residentBytes(process.pid)
const monitor = await engine.monitor(all => {
  updates += all.length
  for (const update of all) if (update.kind === 'closed') add(update.epoch)
})
const own = threads().find(id => !before.includes(id))
const from = { main: cpu(process.pid), thread: cpu(own), time: performance.now() }
for (let path = 0; path < PATHS; path++) {
  const phase = Math.round((path / PATHS) * INTERVAL)
  const payload = { kind: 'text', seed: 1 }
  // Epochs have ten seconds, the first of each path less (firstSlotsOf, src/facts/path.ts).
  const firstSlots = 1 + (path % Math.max(1, Math.round(10e9 / INTERVAL)))
  const plan = { path, sizes: [128], interval: INTERVAL, timeout: 1e9, payload, receipts: true, phase, firstSlots }
  monitor.add(plan, { target, recvBuffer: RECV_BUFFER })
}
const samples = []
for (let second = 0; second < SECONDS; second += 5) {
  await new Promise(resolve => setTimeout(resolve, Math.min(5, SECONDS - second) * 1000))
  samples.push(residentBytes(process.pid))
}
const passed = (performance.now() - from.time) / 1000
const [main, thread] = [cpu(process.pid) - from.main, cpu(own) - from.thread]
monitor.stop()
await monitor.done
server.stop()

lateness.sort((a, b) => a - b)
const at = share => ((lateness[Math.floor(lateness.length * share)] ?? NaN) / 1e6).toFixed(2)
const percent = (part, whole) => `${((100 * part) / whole).toFixed(2)} %`
console.log(
  `${engine.name}: ${PATHS} paths, one probe each ${flags.interval} ms, ${passed.toFixed(0)} s, ${updates} updates`,
)
console.log(
  `sent ${count.scheduled}, intact ${count.whole}, missed ${count.missed} (${percent(count.missed, count.scheduled)}), ${count.missedAtStart} of them in the first epochs`,
)
console.log(`late by ${at(0.5)} ms (median), ${at(0.99)} ms (99 %), ${at(0.999)} ms (99.9 %)`)
console.log(`CPU of the thread ${percent(thread, passed)} of a core, of the main thread ${percent(main, passed)}`)
console.log(
  `memory ${megabytes(idleBytes)} MB before, then every 5 s: ${samples.map(megabytes).join(' ')} MB; ${count.epochs} epochs`,
)

function add({ facts, missed, number }) {
  const scheduled = facts.clients[0].scheduled
  count.epochs += 1
  count.missed += missed
  if (number === 0) count.missedAtStart += missed
  count.scheduled += scheduled
  const [page] = facts.probes.pages
  for (let row = 0; row < scheduled; row++) {
    if (page.outcome[row] === WHOLE) count.whole += 1
    lateness.push(page.sent[row] - page.scheduled[row])
  }
}

function threads() {
  return readdirSync('/proc/self/task')
}

/** Seconds of CPU of a thread of this process. */
function cpu(id) {
  const fields = readFileSync(`/proc/self/task/${id}/stat`, 'latin1').replace(/.*\) /, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0)
}
