import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, start } from '../helpers/child.ts'
import { csvRows, fatesOf } from '../helpers/document.ts'
import { startEcho } from '../helpers/peers.ts'
import { shellWithDisk } from '../helpers/shell.ts'
import { requireNamespaces } from '../helpers/namespace.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { runHosted, startUdptool } from '../helpers/udptool.ts'

describe.each(['kernel', 'dgram'])('rows of the %s engine', engine => {
  test('come while the run goes on, each probe once, and the rest after Ctrl-C', async () => {
    await using echo = await startEcho()
    const args = ['--to', echo.at, '--interval', '5ms', '--count', '1000000', '--engine', engine]
    await using run = startUdptool(['send', ...args, '--format', 'ndjson'])
    // It would go on for more than an hour.
    await run.waitFor('stdout', /"seq":20,.*\n/)
    run.signal('SIGINT')
    const { code, stdout } = await run.finished
    expect(code).toBe(130)
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { readonly seq: number; readonly fate: string })
    const { received } = await echo.stop()
    expect(rows.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(Array.from(rows, (_, seq) => seq))
    expect(rows.filter(({ fate }) => fate !== 'refused')).toHaveLength(received)
  })
})

test('a loss has its row while more probes are sent', async () => {
  await using echo = await startEcho('--silent')
  const args = ['--to', echo.at, '--interval', '20ms', '--timeout', '20ms', '--count', '1000000']
  await using run = startUdptool(['send', ...args, '--format', 'csv'])
  await run.waitFor('stdout', /\n3,0,128,[^,]*,lostUnknown,,,[^,]*,0,,,\n/)
  run.signal('SIGINT')
  const { stdout } = await run.finished
  expect(new Set(csvRows(stdout).map(row => row['seq'])).size).toBe(csvRows(stdout).length)
})

test('rows in files, and the Result, agree after a run that has written them while it went on', async () => {
  await using echo = await startEcho('--read', '300')
  const folder = temporaryFolder()
  const [csv, ndjson] = [join(folder, 'rows.csv'), join(folder, 'rows.ndjson')]
  const files = ['--format', `csv=${csv}`, '--format', `ndjson=${ndjson}`, '--json']
  const { code, json } = await runHosted(
    ['send', '--to', echo.at, '--size', '200,400', '--interval', '10ms', '--count', '150'].concat(files),
  )
  expect(code).toBe(0)
  const rows = csvRows(readFileSync(csv, 'utf8'))
  expect(fatesOf(rows)).toEqual(json().ledger.fates)
  const objects = readFileSync(ndjson, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)
  expect(objects.map(({ seq, fate }) => [String(seq), fate])).toEqual(rows.map(row => [row['seq'], row['fate']]))
})

describe.runIf(requireTool('bash'))('a reader that goes away', () => {
  test('changes no exit status and stops no other output', async () => {
    await using echo = await startEcho()
    const csv = join(temporaryFolder(), 'rows.csv')
    const args = [
      '--to',
      echo.at,
      '--interval',
      '5ms',
      '--count',
      '300',
      '--format',
      'ndjson',
      '--format',
      `csv=${csv}`,
    ]
    const script = '"$0" "$@" | head -1 >/dev/null; echo "status ${PIPESTATUS[0]}"'
    const shell = start('bash', ['-c', script, process.execPath, `${ROOT}bin/udptool.js`, 'send', ...args])
    expect((await shell.finished).stdout).toBe('status 0\n')
    expect(csvRows(readFileSync(csv, 'utf8'))).toHaveLength(300)
  })
})

test.runIf(requireNamespaces())(
  'a disk that becomes full during a run: status 3, the file is named, others are whole',
  async () => {
    const { stdout, file } = await shellWithDisk(
      '16k',
      `U send --self --interval 1ms --count 1500 --format csv=full/rows --format ndjson=rows --journal run -q 2> log; echo $?
wc -l < rows; U report run -q --format json | grep -c '"interrupted": false'`,
    )
    expect(stdout.trim().split('\n').slice(-3)).toEqual(['3', '1500', '1'])
    expect(file('log')).toMatch(
      /^udptool: cannot write full\/rows: no space left on device \(the file is not whole\)/mu,
    )
  },
)
