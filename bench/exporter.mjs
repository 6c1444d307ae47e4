// npm run bench:exporter: what `udptool exporter` costs with many targets: missed probes, CPU and memory of the process, and how long a
// scrape takes: first without scrapes, then with one each 5 s, then with ten a second.
//
// usage: node bench/exporter.mjs [--targets N] [--interval D] [--seconds S] [--engine kernel|dgram] [--searches]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { residentBytes, startServer, UDPTOOL } from './programs.mjs'

const { values: flags } = parseArgs({
  options: {
    targets: { type: 'string', default: '1000' },
    interval: { type: 'string', default: '1s' },
    seconds: { type: 'string', default: '60' },
    engine: { type: 'string', default: 'kernel' },
    // Each target also has its path MTU searched each minute.
    searches: { type: 'boolean', default: false },
  },
})
const TARGETS = Number(flags.targets)
const SECONDS = Number(flags.seconds)
/** Ticks per second in /proc/PID/stat (proc(5)). */
const TICKS = 100
/** The first epochs and the first names take longer. */
const WARM_UP_MS = 20_000

const folder = mkdtempSync(join(tmpdir(), 'udptool-bench-exporter-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

// Each target has an address of its own: 127.0.0.0/8 is all loopback.
const server = await startServer(
  process.execPath,
  [UDPTOOL, 'serve', '--host', '0.0.0.0', '--public', '--port', '9000', '--max-rate-per-source', '1Gpps'],
  { port: 9000, core: 'any' },
)
const targets = Array.from({ length: TARGETS }, (_, n) => `127.1.${n >> 8}.${n & 255}:9000`)
const config = join(folder, 'exporter.json')
writeFileSync(
  config,
  JSON.stringify({
    modules: { small: { interval: flags.interval }, mtu: { run: 'mtu', interval: '1m' } },
    groups: [{ module: flags.searches ? ['small', 'mtu'] : 'small', targets }],
  }),
)
const options = ['--web.listen-address', '127.0.0.1:0', '--engine', flags.engine, '--max-targets', String(TARGETS)]
const exporter = await startServer(process.execPath, [UDPTOOL, 'exporter', '--config.file', config, ...options], {
  core: 'any',
})
await pause(WARM_UP_MS)
console.log(`${flags.engine}: ${TARGETS} targets, one probe each ${flags.interval}, ${SECONDS} s for each row`)
console.log(
  'scrapes      probes settled   missed   CPU of a core   memory   a scrape takes (median, longest)   its size',
)
for (const [name, every] of [
  ['none', Infinity],
  ['each 5 s', 5000],
  ['10 a second', 100],
])
  console.log(await row(name, every))
exporter.stop()
server.stop()

/** Scrapes at this distance for a while. */
async function row(name, every) {
  const before = { ...count((await scrape()).text), cpu: cpuSeconds(), at: performance.now() }
  const times = []
  let bytes = 0
  const end = before.at + SECONDS * 1000
  for (let next = before.at + every; next < end; next = Math.max(next + every, performance.now())) {
    await pause(Math.max(0, next - performance.now()))
    const { text, ms } = await scrape()
    times.push(ms)
    bytes = text.length
  }
  await pause(Math.max(0, end - performance.now()))
  const [cpu, passed] = [cpuSeconds() - before.cpu, (performance.now() - before.at) / 1000]
  const after = count((await scrape()).text)
  times.sort((a, b) => a - b)
  const [settled, missed] = [after.settled - before.settled, after.missed - before.missed]
  const took =
    times.length === 0 ? '–' : `${times[times.length >> 1].toFixed(0)} ms, ${times[times.length - 1].toFixed(0)} ms`
  return [
    name.padEnd(13),
    String(settled).padEnd(17),
    `${missed} (${((100 * missed) / Math.max(1, settled)).toFixed(3)} %)`.padEnd(14),
    `${((100 * cpu) / passed).toFixed(0)} %`.padEnd(10),
    `${(residentBytes(exporter.pid) / 1e6).toFixed(0)} MB`.padEnd(9),
    took.padEnd(20),
    bytes === 0 ? '' : `${(bytes / 1e6).toFixed(2)} MB`,
  ].join('')
}

/** The sums of the counters over all targets. */
function count(text) {
  const sum = name =>
    text
      .split('\n')
      .filter(line => line.startsWith(`${name}{`))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0)
  return { settled: sum('udptool_probe_fates_total'), missed: sum('udptool_probe_missed_total') }
}

async function scrape() {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: exporter.port, path: '/metrics' }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', piece => (text += piece))
      response.on('end', () => resolve({ text, ms: performance.now() - start }))
    }).on('error', reject)
  })
}

function cpuSeconds() {
  const fields = readFileSync(`/proc/${exporter.pid}/stat`, 'latin1').replace(/.*\) /, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

async function pause(ms) {
  await new Promise(resolve => setTimeout(resolve, ms))
}
