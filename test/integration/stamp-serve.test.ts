import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type * as Source from '../../src/index.ts'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT } from '../helpers/child.ts'
import { keyFile, runStampSender, startStampServe, STAMP_KEY } from '../helpers/stamp-peers.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { runHosted } from '../helpers/udptool.ts'

const ENGINES = (await builtKernelEngine()) === undefined ? ['dgram'] : ['kernel', 'dgram']
const { startStampServer } = (await import(`${ROOT}dist/index.js`)) as typeof Source

test.each(ENGINES)('the ready line, the port file, new peers and the summary (%s)', async engine => {
  const file = join(temporaryFolder(), 'port')
  await using server = await startStampServe('--engine', engine, '--stateful', '--port-file', file, '-v')
  expect(server.ready).toBe(
    `listening udp4 127.0.0.1:${server.port} protocol=stamp mode=stateful auth=no engine=${engine}`,
  )
  expect(readFileSync(file, 'utf8')).toBe(`${server.port}\n`)
  const judged = await runStampSender(server.at, '--count', '3', '--stateful', '--bad', 'short')
  expect(judged).toMatchObject({ sent: 3, wrong: [] })
  const { code, stdout } = await server.stop()
  expect(code).toBe(0)
  const lines = stdout.split('\n')
  expect(lines.filter(line => line.includes('new peer: 43 B'))).toHaveLength(1)
  expect(lines.filter(line => line.includes('not answered (too short for the protocol): 43 B'))).toHaveLength(1)
  expect(lines).toContain('received 6 datagrams (261 B) from 1 peer')
  expect(lines).toContain('replied  3 datagrams (132 B)')
  expect(lines).toContain('dropped  3 (too short for the protocol)')
})

test('the events', async () => {
  const file = join(temporaryFolder(), 'port')
  const args = ['--port', '0', '--key-file', keyFile(), '--port-file', file, '--max-datagrams', '1', '--duration', '0s']
  const { code, stdout } = await runHosted(['stamp', 'serve', '--json', ...args])
  expect(code).toBe(0)
  const [listening, summary] = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)
  const port = Number(readFileSync(file, 'utf8'))
  expect(listening).toMatchObject({ event: 'listening', protocol: 'stamp', mode: 'stateless', auth: 'hmac', port })
  expect(summary).toMatchObject({ event: 'summary', received: 0, replied: 0, peers: [] })
})

test('a server that authenticates needs a file that only its owner can read', async () => {
  const file = keyFile()
  chmodSync(file, 0o644)
  const { code, stderr } = await runHosted(['stamp', 'serve', '--port', '0', '--key-file', file])
  expect(code).toBe(2)
  expect(stderr).toContain(`chmod 600 ${file}`)
  expect(stderr).not.toContain(STAMP_KEY)
})

test('the dgram engine cannot set a DSCP, and says so', async () => {
  const { code, stderr } = await runHosted(['stamp', 'serve', '--port', '0', '--engine', 'dgram', '--allow-dscp'])
  expect(code).toBe(3)
  expect(stderr).toContain('--allow-dscp needs the kernel engine')
})

test.runIf(ENGINES.includes('kernel'))('a session is counted by one of several threads', async () => {
  await using server = await startStampServe('--workers', '3', '--stateful')
  for (const ssid of ['0', '5', '6']) {
    const judged = await runStampSender(server.at, '--count', '5', '--stateful', '--ssid', ssid)
    expect(judged).toMatchObject({ sent: 5, wrong: [] })
  }
})

test('a server in the process of a program', async () => {
  await using server = await startStampServer({ port: 0, stateful: true })
  expect(server.mode).toBe('stateful')
  expect(await runStampSender(server.target, '--count', '4', '--stateful')).toMatchObject({ sent: 4, wrong: [] })
  await server.close()
  expect(server.facts).toMatchObject({ received: 4, replied: 4 })
})
