// npm run bench: how fast udptool is beside the least that does the same and beside its peers, in one run on one machine.
//
// Compare ratios; the absolute numbers say more about the machine and what else it was doing.
//
// usage: node bench/run.mjs [--rounds N] [--seconds S] [--only TEXT] [--json]
import { existsSync } from 'node:fs'
import { availableParallelism, loadavg, release } from 'node:os'
import { parseArgs } from 'node:util'
import { missing } from './programs.mjs'
import { interleave, summarize } from './rounds.mjs'
import { align, cells, HEADER, reaches } from './table.mjs'
import { echoRows } from './rows/echo.mjs'
import { floodRows } from './rows/flood.mjs'
import { memoryRows } from './rows/memory.mjs'
import { pingRows } from './rows/ping.mjs'
import { startRows } from './rows/start.mjs'
import { timingRows } from './rows/timing.mjs'

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '0.4' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})
const rounds = Number(flags.rounds)
const seconds = Number(flags.seconds)

if (!existsSync(new URL('../dist/cli/start.js', import.meta.url))) {
  console.error('bench: there is no dist; run npm run build first')
  process.exit(2)
}

const all = [
  ...echoRows(seconds),
  ...floodRows(seconds),
  ...timingRows(),
  ...pingRows(),
  ...memoryRows(),
  ...startRows(),
].filter(({ name, against }) => `${name} ${against}`.includes(flags.only))
const rows = []
const skipped = []
for (const row of all) {
  const lacks = (await Promise.all(row.needs.map(missing))).find(reason => reason !== undefined)
  if (lacks === undefined) rows.push(row)
  else skipped.push([row.name, '', row.against, '', 'skipped', lacks, '', ''])
}

const began = performance.now()
const before = loadavg()[0]
const measured = await interleave(rows, rounds, ({ name }, round) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kround ${round + 1} of ${rounds}: ${name}`)
})
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
const sums = measured.map(summarize)
const took = ((performance.now() - began) / 1000).toFixed(0)

if (flags.json) {
  const told = rows.map(({ name, against, unit, target }, n) => ({
    name,
    against,
    unit,
    ...sums[n],
    ...(target === undefined ? {} : { target, reached: reaches(sums[n].ratio, target) }),
  }))
  console.log(JSON.stringify({ rows: told, skipped: skipped.map(([name, , , , , why]) => ({ name, why })) }, null, 2))
} else {
  const lines = align([HEADER, ...rows.map((row, n) => cells(row, sums[n])), ...skipped])
  console.log(lines.join('\n'))
  console.log(`
Medians of ${rounds} interleaved rounds of ${seconds} s (a flood: 3 rounds; memory: one). The ratio is the median of the rounds' own ratios.
Everything is loopback on one machine: Linux ${release()}, ${availableParallelism()} CPUs, node ${process.versions.node}, load ${before.toFixed(1)} before. ${took} s in all.
Offload (GRO, GSO) on loopback hands trains over whole: no network card is as fast. Servers ran on one core, their load on the other.`)
}
process.exit(0)
