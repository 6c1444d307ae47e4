import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../src/base/nanos.ts'
import { OUTCOME } from '../../src/facts/probe-table.ts'
import { emptySlot, readSlot, type Slot } from '../../src/wire/evidence.ts'
import { PROBE_SIZE, writeProbe } from '../../src/wire/probe.ts'
import { start } from '../helpers/child.ts'
import { closedPort, requireTool } from '../helpers/tools.ts'
import { outcomesOf } from '../unit/machines/rows.ts'
import { builtKernelEngine, probeOn, serveOn } from './kernel-engine.ts'

const kernel = await builtKernelEngine()
const python = requireTool('python3')
const TOS_TTL = fileURLToPath(new URL('../helpers/peers/tos_ttl.py', import.meta.url))

/** The evidence in the reply to a probe of `size` bytes that a Python client sent with this TOS and TTL. */
async function evidence(port: number, size: number, tos: number, ttl: number): Promise<{ slot: Slot; length: number }> {
  const probe = new Uint8Array(size).fill(0x20)
  writeProbe(probe, 0, size, 0, 7, 0)
  const hex = Buffer.from(probe).toString('hex')
  const { stdout } = await promisify(execFile)('python3', [TOS_TTL, 'send', `${port}`, `${tos}`, `${ttl}`, hex])
  const reply = Buffer.from(stdout.trim(), 'hex')
  const slot = emptySlot()
  expect(readSlot(reply, 0, reply.length, slot)).toBe('right')
  return { slot, length: reply.length }
}

describe.skipIf(kernel === undefined)('evidence of the kernel engine', () => {
  if (kernel === undefined) return

  test.runIf(python)('TOS, TTL and length of a probe as it arrived', async () => {
    const server = await serveOn(kernel)
    const { slot } = await evidence(server.target.port, PROBE_SIZE, 0xb8, 33)
    expect(slot).toMatchObject({ received: 1, seen: PROBE_SIZE, whole: PROBE_SIZE, tos: 0xb8, ttl: 33 })
  })

  test.runIf(python)('the kernel truncates at the read size, and reports the real length', async () => {
    const server = await serveOn(kernel, {}, { recvSize: 1024 })
    const { slot, length } = await evidence(server.target.port, 1472, 0, 64)
    expect(length).toBe(1024)
    expect(slot).toMatchObject({ seen: 1024, whole: 1472 })
    expect(await server.counted()).toMatchObject({ truncated: 1, bytesReceived: 1024 })
  })

  test.runIf(python)('--tos and --ttl are in the IP header', async () => {
    const peer = start('python3', [TOS_TTL, 'serve'])
    const [port] = await peer.waitFor('stdout', /^\d+(?=\n)/)
    const target = { address: '127.0.0.1', port: Number(port), family: 'udp4' } as const
    await probeOn(kernel, target, { count: 2, receipts: false }, { tos: 0x2e, ttl: 7 })
    await peer.waitFor('stdout', /\n46 7\n46 7\n$/)
  })

  test('a server on every address answers from the requested one', async () => {
    const { target } = await serveOn(kernel, {}, { host: '0.0.0.0' })
    const facts = await probeOn(kernel, { ...target, address: '127.0.0.2' }, { count: 5 })
    // The prober's socket is connected: it receives from no other address.
    expect(outcomesOf(facts)).toEqual(Array.from({ length: 5 }, () => OUTCOME.whole))
  })

  test('each probe to a closed port is unreachable, with the sender of the error', async () => {
    const target = { address: '127.0.0.1', port: await closedPort(), family: 'udp4' } as const
    const facts = await probeOn(kernel, target, { count: 10, interval: 5 * MILLISECOND })
    expect(outcomesOf(facts)).toEqual(Array.from({ length: 10 }, () => OUTCOME.unreachable))
    expect(facts.icmp).toEqual([{ errno: 111, type: 3, code: 3, reporter: '127.0.0.1' }])
  })

  test('the same with a window, with separate datagrams', async () => {
    const target = { address: '127.0.0.1', port: await closedPort(), family: 'udp4' } as const
    const facts = await probeOn(kernel, target, { sizes: [100, 101], count: 300, interval: 0, window: 32 })
    expect(outcomesOf(facts)).toEqual(Array.from({ length: 300 }, () => OUTCOME.unreachable))
  })

  test('the drop counter of a server has all drops of its receive buffer', async () => {
    const server = await serveOn(kernel, { mode: 'discard' }, { recvBuffer: 1 })
    const plan = { sizes: [1400], count: 2048, burst: 64, timeout: 2 * SECOND, receipts: false }
    await probeOn(kernel, server.target, plan)
    const { received, kernelDrops = 0 } = await server.counted()
    expect(kernelDrops).toBeGreaterThan(0)
    expect(received + kernelDrops).toBe(2048)
  })

  test('the drop counter of a client has all drops of its receive buffer', async () => {
    const server = await serveOn(kernel)
    const plan = { sizes: [1400], count: 2048, burst: 64, timeout: 2 * SECOND }
    const facts = await probeOn(kernel, server.target, plan, { recvBuffer: 1 })
    const [client] = facts.clients
    const { replied, receipts } = await server.counted()
    const drops = (client?.dropsAfter ?? NaN) - (client?.dropsBefore ?? NaN)
    // Answers to receipts requests pass the same buffer.
    expect((client?.replies ?? 0) + drops).toBeGreaterThanOrEqual(replied - receipts)
    expect((client?.replies ?? 0) + drops).toBeLessThanOrEqual(replied)
  })

  test('a server that answers from another address is named', async () => {
    // A socket on every address that does not choose its source address: the kernel uses that of the route, 127.0.0.1.
    const echo = createSocket('udp4')
    onTestFinished(() => void echo.close())
    echo.on('message', (bytes, { port, address }) => echo.send(bytes, port, address))
    echo.bind(0, '0.0.0.0')
    await once(echo, 'listening')
    const { port } = echo.address()
    const target = { address: '127.0.0.2', port, family: 'udp4' } as const
    const facts = await probeOn(kernel, target, { count: 2, timeout: 2 * SECOND, strayCheck: true })
    expect(outcomesOf(facts)).toEqual([OUTCOME.waiting, OUTCOME.waiting])
    expect(facts.wrongReplyAddress).toEqual({ address: '127.0.0.1', port, family: 'udp4' })
  })
})
