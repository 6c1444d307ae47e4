import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, start } from '../helpers/child.ts'
import { temporaryFolder } from '../helpers/tools.ts'

interface Report {
  readonly success: boolean
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly {
      readonly title: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

/** Runs test files in a project that depends on udptool and vitest. Returns the status of each test. */
async function runProject(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules', 'udptool'))
  symlinkSync(join(ROOT, 'node_modules', 'vitest'), join(folder, 'node_modules', 'vitest'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const report = join(folder, 'report.json')
  const args = ['run', '--root', folder, '--testTimeout=100000', '--reporter=json', `--outputFile=${report}`]
  const vitest = start(process.execPath, [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), ...args])
  const { stdout, stderr } = await vitest.finished
  const { testResults } = parsed(report, stdout + stderr)
  const broken = testResults.map(({ message }) => message).filter(message => message !== '')
  if (broken.length > 0) throw new Error(broken.join('\n'))
  const all = testResults.flatMap(({ assertionResults }) => assertionResults)
  return Object.fromEntries(
    all.map(({ title, status, failureMessages }) => [title, [status, ...failureMessages].join(' ')]),
  )
}

function parsed(file: string, output: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch (error) {
    throw new Error(`vitest wrote no report: ${output}`, { cause: error })
  }
}

/** A module with the UDP ports of its process, by /proc/self/net/udp: the project cannot import the helpers of these tests. */
const PORTS = `
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
export function ports() {
  const inodes = readdirSync('/proc/self/fd').map(fd => {
    try { return /^socket:\\[(\\d+)\\]$/.exec(readlinkSync('/proc/self/fd/' + fd))?.[1] } catch { return undefined }
  })
  const rows = readFileSync('/proc/self/net/udp', 'utf8').trim().split('\\n').slice(1).map(row => row.trim().split(/\\s+/))
  return rows.filter(row => inodes.includes(row[9])).map(row => parseInt(row[1].split(':')[1], 16)).sort()
}
`

test('fixtures start only for the tests that use them, and close after each test', async () => {
  const outcome = await runProject({
    'ports.js': PORTS,
    'fixtures.test.js': `
      import { afterAll, describe, expect } from 'vitest'
      import { send } from 'udptool'
      import { udpTest } from 'udptool/vitest'
      import { ports } from './ports.js'

      const test = udpTest({ relay: { up: 'drop=every:5', down: 'dup=100%', seed: 1 } })
      const used = []

      test('neither', () => expect(ports()).toEqual([]))

      test('the server', async ({ echoServer }) => {
        expect(ports()).toEqual([echoServer.port])
        used.push(echoServer.port)
        const { ledger } = await send({ to: echoServer.target, count: 5, interval: '1ms', timeout: '20s' })
        expect(ledger.fates).toEqual({ intact: 5 })
      })

      test('both', async ({ relay, echoServer }) => {
        expect(ports()).toEqual([relay.port, echoServer.port].sort())
        used.push(echoServer.port, relay.port)
        const { ledger } = await send({ to: relay.target, count: 20, interval: '1ms', timeout: '2s' })
        expect(ledger.fates).toEqual({ intact: 16, lostForward: 4 })
        expect(relay.truth().up).toMatchObject({ seen: 20, dropped: 4 })
        expect(ledger.duplicates).toBe(relay.truth().down.duplicated)
      })

      test('the relay alone has its server', async ({ relay }) => {
        expect(ports()).toHaveLength(2)
        used.push(relay.port)
        expect(relay.truth().up.seen).toBe(0)
        expect((await send({ to: relay.target, count: 4, interval: '1ms', timeout: '20s' })).ledger.fates).toEqual({ intact: 4 })
      })

      test('closed again', () => {
        expect(used).toHaveLength(4)
        expect(ports()).toEqual([])
      })
    `,
    'plain.test.js': `
      import { expect } from 'vitest'
      import { send } from 'udptool'
      import { udpTest } from 'udptool/vitest'

      const test = udpTest()
      test('without options nothing is impaired', async ({ relay }) => {
        const { ledger } = await send({ to: relay.target, count: 20, interval: '1ms', timeout: '20s' })
        expect(ledger).toMatchObject({ fates: { intact: 20 }, duplicates: 0 })
      })

      const discard = udpTest({ server: { mode: 'discard' } })
      discard('the server has its options', async ({ echoServer }) => {
        const { ledger } = await send({ to: echoServer.target, count: 3, interval: '1ms', timeout: '1s' })
        expect(ledger.fates).toEqual({ intact: 0, lostServerPolicy: 3 })
      })

      const wrong = udpTest({ relay: { up: 'dorp=5%' } })
      wrong.fails('bad rules fail the test that names the relay', ({ relay }) => relay)
      wrong('and no other', () => undefined)
    `,
  })
  expect(outcome).toEqual({
    neither: 'passed',
    'the server': 'passed',
    both: 'passed',
    'the relay alone has its server': 'passed',
    'closed again': 'passed',
    'without options nothing is impaired': 'passed',
    'the server has its options': 'passed',
    'bad rules fail the test that names the relay': 'passed',
    'and no other': 'passed',
  })
})

/** The source of tests of the library and the fixtures for a pool. */
function contexts(pool: string): string {
  return `
import { expect, test } from 'vitest'
import { put, send, startEchoServer, startTcpServer } from 'udptool'
import { udpTest } from 'udptool/vitest'
udpTest()('${pool}: fixture', async ({ relay }) => {
  expect((await send({ to: relay.target, count: 3, interval: '1ms', timeout: '20s' })).ledger.fates.intact).toBe(3)
})
test('${pool}: await using', async () => {
  let port = 0
  {
    await using server = await startEchoServer({ port: 0, engine: 'dgram' })
    port = server.port
    const second = { port, engine: 'dgram', worker: false } as const
    await expect(startEchoServer(second)).rejects.toMatchObject({ code: 'addressInUse' })
  }
  await using again = await startEchoServer({ port, engine: 'dgram' })
  expect(again.port).toBe(port)
})
test('${pool}: errors of Node', async () => {
  await using server = await startTcpServer({ port: 0 })
  await expect(put({ file: '/nowhere', to: server.target })).rejects.toMatchObject({ code: 'file' })
})
`
}

test('the library and the fixtures work in the contexts of the pools vmThreads and vmForks', async () => {
  const pools = ['vmThreads', 'vmForks']
  const projects = pools.map(pool => ({ test: { name: pool, pool, include: [`${pool}.test.ts`] } }))
  const outcome = await runProject({
    'vitest.config.js': `export default ${JSON.stringify({ test: { projects } })}`,
    ...Object.fromEntries(pools.map(pool => [`${pool}.test.ts`, contexts(pool)])),
  })
  expect(outcome).toEqual(
    Object.fromEntries(
      pools.flatMap(pool => ['fixture', 'await using', 'errors of Node'].map(title => [`${pool}: ${title}`, 'passed'])),
    ),
  )
})
