import { describe, expect, test } from 'vitest'
import type * as Source from '../../src/index.ts'
import { ROOT } from '../helpers/child.ts'
import { sumOfFates } from '../helpers/document.ts'
import { startEcho } from '../helpers/peers.ts'
import { runHosted, startUdptool, udptool, withJson } from '../helpers/udptool.ts'

const { sweep } = (await import(`${ROOT}dist/index.js`)) as typeof Source

/** A timeout that no reply misses, however busy the machine is. */
const LONG_TIMEOUT = ['--timeout', '20s'] as const

/** Number of datagrams by size. */
type Sizes = Readonly<Record<string, number>>

function sent(document: ReturnType<ReturnType<typeof withJson>['json']>): Sizes {
  const controls = document.sweep?.controls
  return Object.fromEntries(
    [...document.sizes, ...(controls === undefined ? [] : [controls])].map(({ size, ledger }) => [
      String(size),
      ledger.sent,
    ]),
  )
}

describe('udptool sweep', () => {
  test('sends each size as often as --count, with controls: the server has the same counts', async () => {
    await using echo = await startEcho()
    const args = ['--sizes', '64,1472,1473,4000', '--count', '3', ...LONG_TIMEOUT, '--no-receipts', '--json']
    const run = await udptool(['sweep', echo.at, ...args])
    expect(run.code).toBe(0)
    const document = run.json()
    expect(document.sizes.map(({ size, ledger }) => [size, ledger.scheduled, ledger.fates])).toEqual([
      [64, 3, { intact: 3 }],
      [1472, 3, { intact: 3 }],
      [1473, 3, { intact: 3 }],
      [4000, 3, { intact: 3 }],
    ])
    expect(document.sweep).toMatchObject({ maxIntactSize: 4000, holes: [], cliffs: [], rounds: 1 })
    expect(sumOfFates(document.ledger)).toBe(document.ledger.scheduled)
    expect((await echo.stop()).sizes).toEqual(sent(document))
  })

  test('without --sizes, finds the exact read size of a server, and names the cause', async () => {
    await using echo = await startEcho('--read', '3000')
    const run = await runHosted([
      'sweep',
      '--to',
      echo.at,
      '--count',
      '2',
      '--interval',
      '2ms',
      ...LONG_TIMEOUT,
      '--json',
    ])
    const { sweep: found } = run.json()
    expect(found).toMatchObject({ maxIntactSize: 3000, holes: [] })
    expect(found?.cliffs).toMatchObject([
      { from: 3001, to: 65_507, fate: 'truncated', cause: expect.stringContaining('3000 bytes') },
    ])
    expect(found?.rounds).toBeGreaterThan(1)
    const truth = await echo.stop()
    expect(truth.received).toBe(run.json().ledger.sent)
    expect(truth.cut).toBe(run.json().ledger.fates['truncated'])
  })

  test('an expectation about maxIntactSize uses the largest intact size', async () => {
    await using echo = await startEcho('--read', '1024')
    const to = ['sweep', '--to', echo.at, '--sizes', '1000,2000', '--count', '2', ...LONG_TIMEOUT, '--json']
    const run = await runHosted([...to, '--expect', 'maxIntactSize>=1000', '--expect', 'maxIntactSize>=2000'])
    expect(run.code).toBe(1)
    expect(run.json().expectations).toEqual([
      { expr: 'maxIntactSize>=1000', actual: 1000, passed: true },
      { expr: 'maxIntactSize>=2000', actual: 1000, passed: false },
    ])
    await echo.stop()
  })

  test('the table has the sizes, the limit and its cause', async () => {
    await using echo = await startEcho('--read', '1024')
    const run = await runHosted(['sweep', '--to', echo.at, '--sizes', '1000..1030/5', '--count', '2', ...LONG_TIMEOUT])
    expect(run.stdout).toMatch(/^! up to 1020 bytes came back whole\n/)
    expect(run.stdout).toMatch(/1025–1030 B: the limit.*all 4 probes cut/s)
    expect(run.stdout).toContain('recvfrom(1024)')
    await echo.stop()
  })

  test('csv has a row for each probe of each round', async () => {
    const run = await runHosted([
      'sweep',
      '--self',
      '--sizes',
      '100..110',
      '--count',
      '2',
      ...LONG_TIMEOUT,
      '--format',
      'csv',
    ])
    // 11 sizes and 4 controls, twice, and the header.
    expect(run.stdout.trimEnd().split('\n')).toHaveLength(2 * (11 + 4) + 1)
  })

  test('Ctrl-C ends it, and the result so far is printed', async () => {
    await using echo = await startEcho('--announce', '20')
    const child = startUdptool(['sweep', '--to', echo.at, '--sizes', '100..900', '--count', '100', '--format', 'json'])
    await echo.child.waitFor('stdout', /"event": "received"/)
    child.signal('SIGINT')
    const run = withJson(await child.finished)
    expect(run.code).toBe(130)
    const { interrupted, ledger } = run.json()
    expect(interrupted).toBe(true)
    expect(sumOfFates(ledger)).toBe(ledger.scheduled)
  })

  test.each([
    [['--sizes', '5..1'], '1472,1473,4000'],
    [['--count', '0'], 'least'],
    [['--size', '100'], '--sizes'],
    [['--self', '--to', '127.0.0.1'], '--to'],
    [['--self', '127.0.0.1'], '--self'],
    [['127.0.0.1', '--to', '127.0.0.1'], 'two targets'],
    [['--to', '127.0.0.1', '--to', '127.0.0.2'], 'twice'],
  ])('%j is a mistake in the command', async (args, meant) => {
    const { code, stderr } = await runHosted(['sweep', ...args])
    expect([code, stderr.trimEnd().split('\n')]).toEqual([2, [expect.stringContaining(meant)]])
  })

  test('as a library', async () => {
    const result = await sweep({ self: true, sizes: [100, 2000], count: 1, interval: '1ms', timeout: '20s' })
    expect(result.sweep?.maxIntactSize).toBe(2000)
  })
})
