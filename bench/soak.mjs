// npm run soak: a server and a sender without end, and what they hold in memory. Ends with status 1 where one of them keeps growing, or
// where a datagram has no fate.
//
// usage: node bench/soak.mjs [--minutes N]   (60)
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { residentBytes, startServer, UDPTOOL } from './programs.mjs'

const { values: flags } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } })
const SECONDS = Number(flags.minutes) * 60
const SAMPLES = 30
/** Share of the time until caches, tables and the heap have reached their size. */
const WARM_UP = 1 / 3
/** Garbage that may remain between two samples, bytes. */
const SLACK = 48 * 1024 * 1024

const server = await startServer(process.execPath, [UDPTOOL, 'serve', '--port', '0'])
const load = `send --flood --summary --size 200 --to 127.0.0.1:${server.port} --json --duration ${SECONDS}s`
const sender = spawn(process.execPath, [UDPTOOL, ...load.split(' ')], { stdio: ['ignore', 'pipe', 'inherit'] })
let document = ''
sender.stdout.on('data', text => (document += text))
const ended = new Promise(resolve => sender.on('exit', resolve))

const held = { server: [], sender: [] }
console.log('second  server  sender, MB')
for (let sample = 1; sample <= SAMPLES; sample++) {
  await new Promise(resolve => setTimeout(resolve, (SECONDS * 1000) / (SAMPLES + 1)))
  for (const [name, pid] of [
    ['server', server.pid],
    ['sender', sender.pid],
  ])
    held[name].push(residentBytes(pid))
  const [one, other] = [held.server, held.sender].map(values => megabytes(values.at(-1)).padStart(6))
  console.log(`${((sample * SECONDS) / (SAMPLES + 1)).toFixed(0).padStart(6)}  ${one}  ${other}`)
}
await ended
server.stop()

const { ledger } = JSON.parse(document)
const sum = Object.values(ledger.fates).reduce((total, count) => total + count, 0)
let sound = sum === ledger.scheduled
console.log(`${ledger.scheduled} datagrams, ${sum} fates: ${JSON.stringify(ledger.fates)}`)
for (const [name, values] of Object.entries(held)) {
  const warm = values.slice(Math.floor(values.length * WARM_UP))
  const half = Math.floor(warm.length / 2)
  const growth = Math.max(...warm.slice(half)) - Math.max(...warm.slice(0, half))
  const bounded = growth <= SLACK
  sound &&= bounded
  console.log(
    `${name}: ${bounded ? 'bounded' : 'GROWS'}, ${megabytes(growth)} MB more in the second half than in the first`,
  )
}
process.exit(sound ? 0 : 1)

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0)
}
