import { expect, test } from 'vitest'
import { UdptoolError } from '../../../../src/base/error.ts'
import type { ProberSockets } from '../../../../src/engine/port.ts'
import { openWithPorts } from '../../../../src/runs/send/source-ports.ts'

const SOCKETS: ProberSockets = { target: { address: '127.0.0.1', port: 9000, family: 'udp4' }, recvBuffer: 1 }
const GIVEN = { sourcePorts: { first: 40_000, last: 40_003 } }

/** Opens sockets on a host where some ports are in use. */
function host(isInUse: (port: number) => boolean): {
  readonly tried: ProberSockets[]
  open: (sockets: ProberSockets) => Promise<string>
} {
  const tried: ProberSockets[] = []
  const open = async (sockets: ProberSockets): Promise<string> => {
    tried.push(sockets)
    const { first, last } = sockets.sourcePorts ?? { first: 0, last: -1 }
    for (let port = first; port <= last; port++)
      if (isInUse(port)) throw new UdptoolError('addressInUse', 'in use', { address: `0.0.0.0:${port}` })
    return 'open'
  }
  return { tried, open }
}

test('without flows the sockets are opened as they are', async () => {
  const { tried, open } = host(() => true)
  expect(await openWithPorts(undefined, 4, SOCKETS, open)).toEqual({ running: 'open' })
  expect(tried).toEqual([SOCKETS])
})

test('given ports are used, and one that is in use is named', async () => {
  expect(await openWithPorts(GIVEN, 4, SOCKETS, host(() => false).open)).toEqual({ running: 'open', ...GIVEN })
  await expect(openWithPorts(GIVEN, 4, SOCKETS, host(port => port === 40_002).open)).rejects.toMatchObject({
    code: 'addressInUse',
    message: 'cannot send from source port 40002: another socket has it',
    hint: expect.stringMatching(/other ports.*ss -uanp.*--flows N/),
  })
})

test('free ports are found by opening the sockets of the run, until all of them are free', async () => {
  const { tried, open } = host(port => port % 2 === 0 && tried.length < 5)
  const { sourcePorts } = await openWithPorts({}, 16, SOCKETS, open)
  expect(tried).toHaveLength(5)
  expect(sourcePorts).toEqual(tried.at(-1)?.sourcePorts)
  for (const { sourcePorts: { first, last } = { first: 0, last: 0 } } of tried) {
    expect(last - first).toBe(15)
    expect(first).toBeGreaterThanOrEqual(49_152)
    expect(last).toBeLessThanOrEqual(65_535)
  }
})

test('nearly all ports', async () => {
  const { tried, open } = host(() => false)
  await openWithPorts({}, 60_000, { ...SOCKETS, target: { ...SOCKETS.target, address: '192.0.2.1' } }, open)
  const [{ sourcePorts: { first, last } = { first: 0, last: 0 } } = SOCKETS] = tried
  expect(first).toBeGreaterThanOrEqual(1024)
  expect(last).toBeLessThanOrEqual(65_535)
  expect(last - first).toBe(59_999)
})

test('no free ports, and any other error', async () => {
  await expect(openWithPorts({}, 4, SOCKETS, host(() => true).open)).rejects.toMatchObject({
    code: 'addressInUse',
    message: 'cannot find 4 free consecutive source ports',
    hint: expect.stringContaining('--source-ports 20000-20003'),
  })
  const denied = new UdptoolError('permission', 'denied')
  const refuse = async (): Promise<never> => Promise.reject(denied)
  await expect(openWithPorts(GIVEN, 4, SOCKETS, refuse)).rejects.toBe(denied)
  await expect(openWithPorts({}, 4, SOCKETS, refuse)).rejects.toBe(denied)
})

test('no socket sends to itself', async () => {
  const at = (address: string, bind?: string): ProberSockets => ({
    ...SOCKETS,
    target: { address, port: 40_002, family: 'udp4' },
    ...(bind === undefined ? {} : { bind: { host: bind, port: 0 } }),
  })
  const { open } = host(() => false)
  for (const sockets of [at('127.0.0.1'), at('127.0.0.1', '127.0.0.1'), at('127.0.0.1', '0.0.0.0')])
    await expect(openWithPorts(GIVEN, 4, sockets, open)).rejects.toMatchObject({ code: 'usage' })
  for (const sockets of [at('192.0.2.1'), at('127.0.0.1', '127.0.0.2')])
    expect(await openWithPorts(GIVEN, 4, sockets, open)).toMatchObject(GIVEN)
})
