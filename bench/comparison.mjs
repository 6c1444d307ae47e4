// npm run comparison: the same impairments for several tools, and what each of them reports.
//
// A relay between each client and its server impairs the datagrams and records it. Every verdict is computed from that record and from the
// numbers that the tool printed; no result is written in this program. Only loopback, only tools that are installed, about 4 minutes.
//
// usage: node bench/comparison.mjs [--seed N] [--raw FILE]
//   --seed  of the relay: which datagrams are impaired; by default one that spares the handshakes and the last ones of a run, because the tools
//           end at slightly different moments
//   --raw   a file for all that the tools printed
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, release } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CASES, TRAFFIC, describeTruth } from './comparison/case.mjs'
import { ECHO_SERVERS, withServer } from './comparison/echo-server.mjs'
import { iperf3 } from './comparison/iperf3.mjs'
import { irtt } from './comparison/irtt.mjs'
import { startPath } from './comparison/path.mjs'
import { runProgram } from './comparison/program.mjs'
import { CUT_HEADER, cutRows } from './comparison/silent-cut.mjs'
import { sockperf } from './comparison/sockperf.mjs'
import { STRANGER_HEADER, strangerRows } from './comparison/stranger.mjs'
import { describeEnd, table } from './comparison/table.mjs'
import { TOTAL_LOSS_HEADER, totalLossRows } from './comparison/total-loss.mjs'
import { udptool } from './comparison/udptool.mjs'
import { judge } from './comparison/verdict.mjs'
import { WILDCARD_HEADER, wildcardRows } from './comparison/wildcard.mjs'

const BOUND_SECONDS = 45
const { values: flags } = parseArgs({ options: { seed: { type: 'string', default: '176' }, raw: { type: 'string' } } })
const seed = Number(flags.seed)
if (process.platform !== 'linux') {
  console.error('comparison: needs Linux: it looks in /proc/net whether a server has bound its port')
  process.exit(2)
}
if (!existsSync(fileURLToPath(new URL('../dist/cli/start.js', import.meta.url)))) {
  console.error('comparison: there is no dist; run npm run build first')
  process.exit(2)
}
if (flags.raw !== undefined) writeFileSync(flags.raw, '')

const began = performance.now()
const TOOLS = [udptool, irtt, iperf3, sockperf]
const QUESTIONS = new Map([...TOOLS, ...ECHO_SERVERS].map(({ askVersion }) => [askVersion[0], askVersion]))
const versions = await findVersions(QUESTIONS)
const installed = ([program]) => program === process.execPath || versions.has(program)
const tools = TOOLS.filter(({ askVersion }) => installed(askVersion))

console.log(about())
console.log(`\n${await impairments()}`)
progress('echo servers')
console.log(`\n${table(CUT_HEADER, await cutRows(installed))}`)
progress('servers on the wildcard address')
console.log(`\n${table(WILDCARD_HEADER, await wildcardRows(installed))}`)
progress('datagrams of a stranger')
console.log(`\n${table(STRANGER_HEADER, await strangerRows(installed))}`)
progress('total loss')
console.log(`\n${table(TOTAL_LOSS_HEADER, await totalLossRows(installed, seed))}`)
progress(`done in ${((performance.now() - began) / 1000).toFixed(0)} s`)

async function impairments() {
  const rows = []
  for (const one of CASES) {
    const outcomes = []
    for (const tool of tools) {
      progress(`${one.name}: ${tool.name}`)
      outcomes.push(one.checked && !tool.canCheck ? undefined : await measure(tool, one))
    }
    const done = outcomes[0].done
    rows.push([one.name, done, ...outcomes.map(outcome => cell(outcome, done))])
  }
  return table(['done to the datagrams', 'record of the relay', ...tools.map(({ command }) => command)], rows)
}

/** A cell of the table. If the record differs from the first column's, as for a tool that stops early, the cell has it, too. */
function cell(outcome, done) {
  if (outcome === undefined) return 'has no such check'
  const other = outcome.done === done ? '' : `(relay: ${outcome.done}) `
  return `${other}${outcome.output}; ${outcome.end}; ${outcome.judged}`
}

/** Runs one tool in one case. */
async function measure(tool, one) {
  const { result } = await withServer(
    port => tool.server(port, one),
    tool.controlOverTcp ? 'tcp' : 'udp',
    async to => {
      const path = await startPath({ to, up: one.up, down: one.down, seed, tcp: tool.controlOverTcp })
      const ended = await runProgram(tool.client(path.port, one), BOUND_SECONDS)
      return { ended, record: await path.stop() }
    },
  )
  const { ended, record } = result
  if (flags.raw !== undefined) {
    const { runs: _, ...counts } = record
    const head = `=== ${one.name}: ${tool.command}: ${describeEnd(ended)}\n${JSON.stringify(counts)}`
    appendFileSync(flags.raw, `${head}\n${ended.stdout}${ended.stderr}\n`)
  }
  const report = tool.read(ended, one)
  const { verdict, reason } = judge(one, report, record, ended.status)
  const judged = `**${verdict}**${reason === undefined ? '' : `: ${reason}`}`
  return { done: describeTruth(record), output: report.output, end: describeEnd(ended), judged }
}

/** Program → version, for those that are installed. */
async function findVersions(questions) {
  const found = new Map()
  for (const [program, question] of questions) {
    try {
      const { stdout, stderr } = await runProgram(question, 5)
      found.set(program, /\d+\.\d+[\w.]*/.exec(stdout + stderr)?.[0] ?? 'of unknown version')
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
      progress(`${program} is not installed: skipped`)
    }
  }
  return found
}

function about() {
  const names = [...versions].map(
    ([program, version]) => `${program === process.execPath ? 'udptool' : program} ${version}`,
  )
  const missing = [...QUESTIONS.keys()].filter(name => !versions.has(name))
  const skipped = missing.length === 0 ? '' : `; not installed: ${missing.join(', ')}`
  const system = /^PRETTY_NAME="(.*)"/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  const machine = `${system}, Linux ${release()}, ${availableParallelism()} CPUs (load ${loadavg()[0].toFixed(1)}), Node ${process.versions.node}, loopback`
  const { size, intervalMs, seconds } = TRAFFIC
  return `${names.join(', ')}${skipped}\n${machine}\nseed ${seed}, ${size} B every ${intervalMs} ms for ${seconds} s`
}

function progress(text) {
  console.error(`comparison: ${text}`)
}
