import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RelayRecord } from '../helpers/relay-command.ts'
import type { ResultDocument } from '../helpers/document.ts'
import { ROOT } from '../helpers/child.ts'
import { startEcho } from '../helpers/peers.ts'
import { requirePort, temporaryFolder } from '../helpers/tools.ts'
import { runHosted, startUdptool, udptool } from '../helpers/udptool.ts'

/** A Python program that sends to the server of its environment and prints the reply. */
const REQUEST = `
import os, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(20)
at = (os.environ["UDPTOOL_HOST"], int(os.environ["UDPTOOL_PORT"]))
assert os.environ["UDPTOOL_TARGET"] == "%s:%d" % at
s.sendto(b"hello", at)
print(s.recv(100).decode(), at[1])
`
const SEND = ['sh', '-c', `exec "$0" "$@" --to "$UDPTOOL_TARGET"`, process.execPath, `${ROOT}bin/udptool.js`, 'send']

/** Whether no socket has this port. */
async function isFree(port: number): Promise<boolean> {
  return await requirePort(port)
}

test('the command has a server, whose port is free after it ends', async () => {
  const { code, stdout, stderr } = await udptool(['exec', '--', 'python3', '-c', REQUEST])
  expect([code, stderr]).toEqual([0, ''])
  const [, reply, port] = /^(\S+) (\d+)\n$/u.exec(stdout) ?? []
  expect(reply).toBe('HELLO')
  await expect(isFree(Number(port))).resolves.toBe(true)
})

test('the server has the options of its flags; --serve is allowed', async () => {
  const { stdout } = await udptool(['exec', '--serve', '--mode', 'echo', '--recv-size', '3', 'python3', '-c', REQUEST])
  expect(stdout).toMatch(/^hel \d+\n$/u)
})

test('flags after the command are passed to it', async () => {
  const { code, stdout } = await udptool(['exec', 'echo', '-n', '--mode', 'x', '-v'])
  expect([code, stdout]).toEqual([0, '--mode x -v'])
})

describe('exit status', () => {
  test.each([
    [['sh', '-c', 'exit 0'], 0],
    [['sh', '-c', 'exit 7'], 7],
    [['sh', '-c', 'kill -TERM $$'], 143],
    [['sh', '-c', 'kill -KILL $$'], 137],
    [['no-such-command-here'], 127],
    [['/'], 126],
  ])('%j: %i', async (words, status) => {
    const { code } = await udptool(['exec', '--', ...words])
    expect(code).toBe(status)
  })

  test.each([
    [['exec'], 'missing required argument'],
    [['exec', '--mode', 'ehco', '--', 'true'], 'did you mean echo?'],
    [['exec', '--json', '--', 'true'], '--json cannot be used: standard output belongs to the command'],
    [['exec', '--seed', '1', '--', 'true'], '--seed is for a relay'],
    [['exec', '--host', '0.0.0.0', '--', 'true'], 'needs --public'],
  ])('%j: 2', async (args, message) => {
    const { code, stderr } = await runHosted(args)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  test('a port that is taken: 3, and the command is not run', async () => {
    await using echo = await startEcho()
    const { code, stdout } = await udptool(['exec', '--port', String(echo.port), '--', 'echo', 'ran'])
    expect([code, stdout]).toEqual([3, ''])
  })
})

describe('signals', () => {
  test.each([
    ['SIGTERM', 'TERM', 41],
    ['SIGINT', 'INT', 42],
    ['SIGHUP', 'HUP', 43],
  ] as const)('%s is passed to the command, whose exit status is returned', async (signal, name, status) => {
    const script = `trap 'exit ${status}' ${name}; echo "ready $UDPTOOL_PORT"; while :; do sleep 0.05; done`
    const child = startUdptool(['exec', '--', 'sh', '-c', script])
    const [, port] = await child.waitFor('stdout', /ready (\d+)/u)
    child.signal(signal)
    expect((await child.finished).code).toBe(status)
    await expect(isFree(Number(port))).resolves.toBe(true)
  })

  test('a command that a signal ends: 128 + n', async () => {
    const child = startUdptool(['exec', '--', 'sh', '-c', 'echo ready; exec sleep 50'])
    await child.waitFor('stdout', /ready/u)
    child.signal('SIGTERM')
    expect((await child.finished).code).toBe(143)
  })
})

describe('a relay', () => {
  test('runs in front of the server, and writes its record', async () => {
    const truth = join(temporaryFolder(), 'truth.json')
    const relay = ['exec', '--relay', 'drop=every:10', '--seed', '5', '--truth', truth, '--']
    const probes = ['--count', '50', '--interval', '1ms', '--timeout', '2s', '--json']
    const { code, stdout } = await udptool([...relay, ...SEND, ...probes])
    const { ledger } = JSON.parse(stdout) as ResultDocument
    const record = JSON.parse(readFileSync(truth, 'utf8')) as RelayRecord
    expect(code).toBe(0)
    // Each direction drops every tenth datagram: 5 of 50, then 4 of 45.
    expect([record.up.dropped, record.down.dropped]).toEqual([5, 4])
    expect(ledger.fates).toEqual({ intact: 41, lostForward: 5, lostReturn: 4 })
  })

  test('runs in front of a server that is already running', async () => {
    await using echo = await startEcho()
    const args = [
      'exec',
      '--to',
      echo.at,
      '--up',
      'dup=100%',
      '--',
      ...SEND,
      '--count',
      '5',
      '--interval',
      '1ms',
      '--timeout',
      '20s',
      '-q',
    ]
    expect((await udptool(args)).code).toBe(0)
    expect((await echo.stop()).received).toBe(10)
  })
})
