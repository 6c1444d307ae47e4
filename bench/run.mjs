// npm run bench: how fast udptool is beside the least that does the same, in one run on one machine.
//
// Rates and times are medians of interleaved rounds. A ratio is the median of the ratios of each round, so what slows the whole machine
// for a while is in both of its halves. Compare ratios; the absolute numbers say more about the machine and what else it was doing.
//
// usage: node bench/run.mjs [--rounds N] [--seconds S]
import { execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, seconds: { type: 'string', default: '0.3' } },
})
const ROUNDS = Number(flags.rounds)
const SECONDS = Number(flags.seconds)
const WINDOW = 64
const SIZES = [64, 1400]
/** Starts of a process are short and noisy: many of them. */
const STARTS = 11
const FLOOD_WINDOW = 1024
const FLOOD_SIZE = 128

const run = promisify(execFile)
const here = name => fileURLToPath(new URL(name, import.meta.url))
const UDPTOOL = here('../bin/udptool.js')

if (!existsSync(here('../dist/cli/main.js'))) {
  console.error('bench: there is no dist; run npm run build first')
  process.exit(2)
}

const python = await works('python3', ['-c', 'import socket'])
const skipped = []
if (!python) skipped.push('python3 is not installed: no Python server, and a slower load generator')

/** Servers under load: the first is what the others are compared with. */
const SERVERS = [
  { name: 'bare node:dgram loop', command: process.execPath, args: [here('bare-echo.mjs')] },
  {
    name: 'udptool serve --mode echo',
    command: process.execPath,
    args: [UDPTOOL, 'serve', '--port', '0', '--mode', 'echo'],
    target: 0.9,
  },
  { name: 'udptool serve (upper)', command: process.execPath, args: [UDPTOOL, 'serve', '--port', '0'], target: 0.9 },
  ...(python ? [{ name: 'Python, bytes.upper()', command: 'python3', args: [here('upper-echo.py')] }] : []),
]

const began = performance.now()
const about = `node ${process.versions.node}, ${availableParallelism()} CPUs, ${ROUNDS} rounds of ${SECONDS} s`
console.log(`${about}; load: ${python ? 'Python' : 'node'}, ${WINDOW} in flight\n`)
const servers = await Promise.all(SERVERS.map(startServer))
try {
  await echoRates()
  await floodRates()
} finally {
  for (const { child } of servers) child.kill()
}
await startTimes()
for (const why of skipped) console.log(`skipped: ${why}`)
console.log('on a busy machine the CPU time of each echo is the steadier figure')
console.log(`took ${((performance.now() - began) / 1000).toFixed(0)} s`)

async function echoRates() {
  for (const size of SIZES) {
    const rates = servers.map(() => [])
    const costs = servers.map(() => [])
    await loadServer(servers[0], size, 0.2)
    for (let round = 0; round < ROUNDS; round++) {
      // Each round begins with another server, so that none always follows the same neighbour.
      for (let i = 0; i < servers.length; i++) {
        const n = (i + round) % servers.length
        const { perSecond, cpuMicros } = await loadServer(servers[n], size, SECONDS)
        rates[n].push(perSecond)
        if (cpuMicros !== undefined) costs[n].push(cpuMicros)
      }
    }
    const rows = servers.map(({ name, target }, n) => [
      name,
      thousands(median(rates[n])),
      ratio(relative(rates[n], rates[0])),
      costs[n].length === 0 ? 'n/a' : median(costs[n]).toFixed(1),
      spread(rates[n]),
      judged(relative(rates[n], rates[0]), target, 'least'),
    ])
    show([`echo, ${size} B`, 'echoes/s', 'ratio', 'CPU µs each', 'spread', ''], rows)
  }
}

async function floodRates() {
  const plain = []
  const flood = []
  const { port } = servers[1]
  for (let round = 0; round < Math.min(ROUNDS, 3); round++) {
    plain.push((await generate('node', port, FLOOD_SIZE, FLOOD_WINDOW, 1)).perSecond)
    flood.push(await floodOnce(port))
  }
  show(
    [`closed loop, ${FLOOD_SIZE} B`, 'replies/s', 'ratio', '', 'spread', ''],
    [
      ['bare node:dgram, unchecked', thousands(median(plain)), ratio(1), '', spread(plain), ''],
      ['udptool send --flood', thousands(median(flood)), ratio(relative(flood, plain)), '', spread(flood), ''],
    ],
  )
}

async function floodOnce(port) {
  const { stdout } = await run(
    process.execPath,
    [
      UDPTOOL,
      'send',
      '--flood',
      '--duration',
      '1s',
      '--to',
      `127.0.0.1:${port}`,
      '--size',
      String(FLOOD_SIZE),
      '--json',
    ],
    {
      maxBuffer: 1 << 28,
    },
  )
  const { ledger, throughput } = JSON.parse(stdout)
  const sum = Object.values(ledger.fates).reduce((total, count) => total + count, 0)
  if (sum !== ledger.scheduled) throw new Error(`the fates add up to ${sum}, scheduled were ${ledger.scheduled}`)
  return throughput.repliesPerSecond
}

async function startTimes() {
  const commands = [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'udptool --version', args: [UDPTOOL, '--version'], target: 1.5 },
    { name: 'udptool --help', args: [UDPTOOL, '--help'] },
    { name: 'udptool send --self --count 1', args: [UDPTOOL, 'send', '--self', '--count', '1', '--json'] },
  ]
  const times = commands.map(() => [])
  for (let round = 0; round < STARTS; round++) {
    for (let i = 0; i < commands.length; i++) {
      const n = (i + round) % commands.length
      const start = performance.now()
      await run(process.execPath, commands[n].args)
      times[n].push(performance.now() - start)
    }
  }
  show(
    ['start to end', 'ms', 'ratio', '', 'spread', ''],
    commands.map(({ name, target }, n) => [
      name,
      median(times[n]).toFixed(1),
      ratio(relative(times[n], times[0])),
      '',
      spread(times[n]),
      judged(relative(times[n], times[0]), target, 'most'),
    ]),
  )
}

/** Starts a server and waits for the line that names its port. */
function startServer({ name, command, args, target }) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    let said = ''
    child.on('error', reject)
    child.on('exit', () => reject(new Error(`${name} ended before it was ready`)))
    child.stdout.on('data', text => {
      said += text
      const port = /^(?:ready |listening udp4 127\.0\.0\.1:)(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve({ name, target, child, port: Number(port) })
    })
  })
}

async function loadServer({ child, port }, size, seconds) {
  const before = cpuSeconds(child.pid)
  const { replies, perSecond } = await generate(python ? 'python' : 'node', port, size, WINDOW, seconds)
  const after = cpuSeconds(child.pid)
  return {
    perSecond,
    cpuMicros: before === undefined || after === undefined ? undefined : ((after - before) / replies) * 1e6,
  }
}

async function generate(kind, port, size, window, seconds) {
  const [command, script] = kind === 'python' ? ['python3', 'load.py'] : [process.execPath, 'load.mjs']
  const { stdout } = await run(command, [here(script), port, size, window, seconds].map(String))
  const [replies, took] = stdout.split(' ').map(Number)
  return { replies, perSecond: replies / took }
}

/** CPU time that a process has used, user and system; undefined where there is no /proc. Linux counts it in hundredths of a second. */
function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return undefined
  }
}

async function works(command, args) {
  try {
    await run(command, args)
    return true
  } catch {
    return false
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/** The median of the ratios of each round. */
function relative(values, base) {
  return median(values.map((value, round) => value / base[round]))
}

/** The whole range of the rounds, relative to their median: what a single figure is worth. */
function spread(values) {
  const middle = median(values)
  const [down, up] = [Math.min(...values), Math.max(...values)].map(value => Math.round((value / middle - 1) * 100))
  return `${down} % … +${up} %`
}

function judged(value, target, kind) {
  if (target === undefined) return ''
  const held = kind === 'least' ? value >= target : value <= target
  return `${held ? 'ok' : 'MISSED'}: ${kind === 'least' ? 'at least' : 'at most'} ${target}`
}

function ratio(value) {
  return `${value.toFixed(2)} ×`
}

function thousands(value) {
  return Math.round(value).toLocaleString('en-US')
}

function show(header, rows) {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map(row => row[column].length)))
  for (const row of [header, ...rows]) {
    const cells = row.map((cell, column) =>
      column > 0 && column < 4 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
    )
    console.log(`  ${cells.filter((_, column) => widths[column] > 0).join('  ')}`.trimEnd())
  }
  console.log('')
}
