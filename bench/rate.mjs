// npm run bench:rate: random networks of namespaces with a known limit (tbf, nft, a slow server, none), what `udptool rate` finds in each,
// and how often it is right. Ends with status 1 below 95 % right kinds, below 90 % of rates within 5 %, or where it blames what is not there.
//
// usage: node bench/rate.mjs [--count N] [--from N] [--seed N] [--at-once N] [--json FILE]   (60, 0, 1, 2; needs root, tc and nft)
import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { UDPTOOL } from './programs.mjs'
import { Network } from './rate/network.mjs'
import { rowOf, totalsOf } from './rate/judge.mjs'
import { passesPps, topologyOf } from './rate/topologies.mjs'

const { values: flags } = parseArgs({
  options: {
    count: { type: 'string', default: '60' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '2' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
})
/** Time limit for a search, ms. */
const TIMEOUT = 180_000

const from = Number(flags.from)
const left = Array.from({ length: Number(flags.count) }, (_, index) =>
  topologyOf(Number(flags.seed), from + index),
).filter(({ name }) => flags.only === undefined || name.startsWith(flags.only))
const rows = []
await Promise.all(
  Array.from({ length: Number(flags['at-once']) }, async () => {
    for (let topology = left.shift(); topology !== undefined; topology = left.shift()) {
      const row = await judged(topology)
      rows.push(row)
      console.log(row.text)
    }
  }),
)
const totals = totalsOf(rows)
console.log(totals.text)
process.exit(totals.isGood ? 0 : 1)

async function judged(topology) {
  const began = performance.now()
  const network = new Network(topology)
  try {
    const to = topology.expected.to ?? Math.ceil(passesPps(topology.expected.limit, topology.size) * 4)
    const args = ['rate', await network.serve(), '--to-rate', `${to}pps`, '--size', topology.size, '--json']
    const { stdout, status } = await ended(network.start('c', process.execPath, [UDPTOOL, ...args]))
    const row = rowOf(topology, stdout, { status, seconds: (performance.now() - began) / 1000 })
    if (flags.json !== undefined) {
      const entry = { topology, counters: network.counters(), result: row.result, text: row.text }
      appendFileSync(flags.json, `${JSON.stringify(entry)}\n`)
    }
    return row
  } finally {
    network.close()
  }
}

function ended(child) {
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', text => (stdout += text))
  child.stderr.on('data', text => (stderr += text))
  const timer = setTimeout(() => child.kill('SIGINT'), TIMEOUT)
  return new Promise(resolve =>
    child.on('close', status => {
      clearTimeout(timer)
      if (stdout === '') process.stderr.write(stderr)
      resolve({ stdout, status })
    }),
  )
}
