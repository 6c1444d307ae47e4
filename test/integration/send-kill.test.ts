import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startEcho } from '../helpers/peers.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { runHosted, startServe, startUdptool } from '../helpers/udptool.ts'

const KILLS = 20
const AT_ONCE = 5

/** A run that was killed while it wrote its journal and its rows. */
interface Killed {
  readonly journal: string
  readonly csv: string
  readonly ndjson: string
  readonly run: string
  readonly port: number
}

/** Starts a run of a probe a millisecond, and kills it at a random moment after its journal has begun. */
async function killOne(at: string): Promise<Killed> {
  const folder = temporaryFolder()
  const [journal, csv, ndjson] = [join(folder, 'run.journal'), join(folder, 'rows.csv'), join(folder, 'rows.ndjson')]
  const files = ['--journal', journal, '--format', `csv=${csv}`, '--format', `ndjson=${ndjson}`]
  const run = startUdptool(['send', '--to', at, '--interval', '1ms', '--count', '1000000', ...files])
  while (![journal, csv, ndjson].every(file => existsSync(file) && statSync(file).size > 0)) await setTimeout(10)
  await setTimeout(Math.random() * 500)
  run.signal('SIGKILL')
  await run.finished
  const [first = ''] = readFileSync(journal, 'utf8').split('\n')
  const { plan, ports } = JSON.parse(first) as { readonly plan: { readonly runs: number[] }; readonly ports: number[] }
  return {
    journal,
    csv,
    ndjson,
    run: (plan.runs[0] ?? 0).toString(16).toUpperCase().padStart(8, '0'),
    port: ports[0] ?? 0,
  }
}

async function kill(count: number, at: string): Promise<readonly Killed[]> {
  const killed: Killed[] = []
  while (killed.length < count) killed.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => killOne(at)))))
  return killed
}

/** The numbers of the probes that came back whole, by rows; the last line may be cut. */
function intactRows({ csv, ndjson }: Killed): readonly (readonly number[])[] {
  const lines = (file: string): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1)
  const [head = '', ...records] = lines(csv)
  expect(head).toBe('seq,client,size,sentMs,fate,rttMs,arrivedMs,scheduledMs,copies,cutAt,side,detail')
  const fields = records.map(record => record.split(','))
  for (const record of fields) expect(record).toHaveLength(12)
  const objects = lines(ndjson).map(line => JSON.parse(line) as { readonly seq: number; readonly fate: string })
  return [
    fields.filter(record => record[4] === 'intact').map(([seq]) => Number(seq)),
    objects.filter(({ fate }) => fate === 'intact').map(({ seq }) => seq),
  ]
}

/** The numbers of the probes that came back whole, by the journal. The run is interrupted and failed. */
async function intactIn({ journal }: Killed): Promise<readonly number[]> {
  const probes = `${journal}.ndjson`
  const report = await runHosted(['report', journal, '--json', '--format', `ndjson=${probes}`])
  expect(report.code).toBe(0)
  const result = report.json()
  expect(result).toMatchObject({ interrupted: true, verdict: 'fail' })
  expect(result.warnings.map(({ code }) => code)).toContain('journalCut')
  const rows = readFileSync(probes, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as { readonly seq: number; readonly fate: string })
  expect(rows).toHaveLength(result.ledger.scheduled)
  const intact = rows.filter(({ fate }) => fate === 'intact').map(({ seq }) => seq)
  expect(result.ledger.fates).toMatchObject({ intact: intact.length })
  expect(new Set(intact).size).toBe(intact.length)
  return intact
}

test(
  `the journals and the rows of ${KILLS} runs that were killed have only probes that the peer has answered`,
  { timeout: 240_000 },
  async () => {
    await using echo = await startEcho('--verify-probes')
    const killed = await kill(KILLS, echo.at)
    const { probes } = await echo.stop()
    let total = 0
    for (const one of killed) {
      const answered = new Set(probes.sequences[one.run])
      for (const intact of [await intactIn(one), ...intactRows(one)]) {
        expect(intact.filter(seq => !answered.has(seq))).toEqual([])
        expect(new Set(intact).size).toBe(intact.length)
        total += intact.length
      }
    }
    expect(total).toBeGreaterThan(0)
  },
)

test(
  'a udptool server has answered as many as the journal and the rows say, or more',
  { timeout: 120_000 },
  async () => {
    await using server = await startServe(['--json'])
    const killed = await kill(AT_ONCE, server.at)
    const { stdout } = await server.stop()
    const summary = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { event: string; peers?: { port: number; replied: number }[] })
      .find(({ event }) => event === 'summary')
    for (const one of killed) {
      const replied = summary?.peers?.find(({ port }) => port === one.port)?.replied ?? 0
      for (const intact of [await intactIn(one), ...intactRows(one)]) expect(intact.length).toBeLessThanOrEqual(replied)
    }
  },
)
