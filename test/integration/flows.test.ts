import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { start } from '../helpers/child.ts'
import { startEcho } from '../helpers/peers.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { runHosted } from '../helpers/udptool.ts'

const QUICK = ['--count', '2', '--interval', '5ms', '--timeout', '20s'] as const
/** Holds a UDP port until it is stopped. */
const HOLD =
  'import socket,sys,time\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\ns.bind(("127.0.0.1",0))\nprint(s.getsockname()[1],flush=True)\nsys.stdin.read()'

/** The source ports that a server saw, ascending. */
function seenPorts(peers: Readonly<Record<string, number>>): number[] {
  return Object.keys(peers)
    .map(Number)
    .toSorted((a, b) => a - b)
}

/** Below the ports that the kernel gives out. */
const GIVEN = { kernel: 21_000, dgram: 22_000 } as const

describe.each(['kernel', 'dgram'] as const)('on the engine %s', engine => {
  test('free consecutive ports, which the Result names', async () => {
    await using echo = await startEcho()
    const args = ['send', '--to', echo.at, '--flows', '5', '--engine', engine, ...QUICK, '--json']
    const { code, json } = await runHosted(args)
    expect(code).toBe(0)
    const { peers } = await echo.stop()
    const ports = seenPorts(peers)
    expect(ports).toEqual(Array.from({ length: 5 }, (_, n) => (ports[0] ?? 0) + n))
    expect(Object.values(peers)).toEqual([2, 2, 2, 2, 2])
    const { clients, options } = json()
    expect(clients.map(({ port }) => port)).toEqual(ports)
    expect(options).toMatchObject({ flows: 5, sourcePorts: `${ports[0]}-${ports[4]}` })
  })

  test('the given ports, from the given address', async () => {
    await using echo = await startEcho()
    const first = GIVEN[engine]
    const ports = ['--source-ports', `${first}..${first + 2}`, '--bind', '127.0.0.3']
    const { code } = await runHosted(['send', '--to', echo.at, ...ports, '--engine', engine, ...QUICK, '--json'])
    expect(code).toBe(0)
    const { peers } = await echo.stop()
    expect(peers).toEqual({ [first]: 2, [first + 1]: 2, [first + 2]: 2 })
  })

  test('a port in use: exit 3 with the port and what to do', async () => {
    const held = start('python3', ['-c', HOLD], { stdin: 'fifo' })
    const [, port = ''] = await held.waitFor('stdout', /^(\d+)$/m)
    const range = `${Number(port) - 1}-${port}`
    const { code, stderr } = await runHosted(['ping', '127.0.0.1', '--source-ports', range, '--engine', engine])
    expect(code).toBe(3)
    expect(stderr).toContain(`cannot send from source port ${port}: another socket has it`)
    expect(stderr).toContain('--flows N without --source-ports takes free ones')
    held.end()
  })
})

test('a check file', async () => {
  await using echo = await startEcho()
  const file = join(temporaryFolder(), 'udptool.yaml')
  const settings = 'sourcePorts: 23000-23002, count: 2, interval: 5ms, timeout: 20s'
  writeFileSync(file, `checks: [{ name: flows, target: "${echo.at}", ${settings} }]`)
  const { code } = await runHosted(['check', file])
  expect(code).toBe(0)
  expect(seenPorts((await echo.stop()).peers)).toEqual([23_000, 23_001, 23_002])
})
