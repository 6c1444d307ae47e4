// A monitor with one path, as built: node monitor-process.mjs ENGINE ADDRESS PORT. Prints a line when its counts change, and ends at EOF on
// stdin with a JSON line.
import { once } from 'node:events'

const [name, address, port] = process.argv.slice(2)
const { kernelEngine } = await import('../../dist/engine/kernel-engine.js')
const { dgramEngine } = await import('../../dist/engine/dgram-engine.js')
const engine = name === 'kernel' ? kernelEngine() : dgramEngine
/** OUTCOME of src/facts/probe-table.ts. */
const OUTCOMES = ['unscheduled', 'waiting', 'whole', 'cut', 'wrong', 'refused', 'unreachable']

const epochs = []
const monitor = await engine.monitor(updates => {
  for (const update of updates) if (update.kind === 'began') epochs.push(update.epoch)
})
const plan = {
  path: 1,
  sizes: [128],
  interval: 100e6,
  timeout: 5e9,
  payload: { kind: 'text', seed: 1 },
  receipts: false,
  phase: 0,
}
monitor.add(plan, { target: { address, port: Number(port), family: 'udp4' }, recvBuffer: 256 * 1024 })

let printed = ''
const timer = setInterval(() => {
  const line = Object.entries(count())
    .map(([outcome, number]) => `${outcome}=${number}`)
    .join(' ')
  if (line !== printed) console.log(line)
  printed = line
}, 20)
await once(process.stdin.resume(), 'end')
clearInterval(timer)
monitor.stop()
await monitor.done
const [missed, closed] = [epochs.reduce((sum, epoch) => sum + epoch.missed, 0), epochs.filter(isClosed).length]
console.log(JSON.stringify({ ...count(), missed, begun: epochs.length, closed }))

function isClosed({ facts }) {
  return facts.closedAt < Infinity
}

function count() {
  const counts = {}
  for (const { facts } of epochs) {
    for (const outcome of facts.probes.pages[0].outcome) {
      if (outcome > 0) counts[OUTCOMES[outcome]] = (counts[OUTCOMES[outcome]] ?? 0) + 1
    }
  }
  return counts
}
