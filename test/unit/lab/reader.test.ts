import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Address } from '../../../src/base/address.ts'
import { Reader, refusal } from '../../../src/lab/reader.ts'

/** A server that writes this to each client, and ends the connection. */
async function writing(text: string): Promise<{ readonly at: Address; readonly accepted: Promise<Socket> }> {
  const server = createServer(connection => connection.end(text))
  const accepted = once(server, 'connection').then(([socket]) => socket as Socket)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { at: { address: '127.0.0.1', port: (server.address() as AddressInfo).port, family: 'udp4' }, accepted }
}

async function reading(at: Address, sizes: readonly number[]): Promise<Reader> {
  const reader = await Reader.connect(at, sizes)
  onTestFinished(() => reader.close())
  return reader
}

test('each read has its size, and the last size repeats', async () => {
  const { at, accepted } = await writing('hello feng')
  const reader = await reading(at, [2, 4, 1])
  await once(await accepted, 'finish')
  const reads: string[] = []
  for (let text = await reader.readText(); text !== ''; text = await reader.readText()) reads.push(text)
  expect(reads).toEqual(['he', 'llo ', 'f', 'e', 'n', 'g'])
  expect(await reader.read()).toBeUndefined()
})

test('nothing is taken from the kernel between two reads', async () => {
  // More than both buffers hold, so the writer can finish only if somebody reads.
  const { at, accepted } = await writing('x'.repeat(64 << 20))
  const reader = await reading(at, [1, 10, 1 << 20])
  const writer = await accepted
  expect(await reader.readText()).toBe('x')
  expect(await reader.readText()).toBe('x'.repeat(10))
  expect(writer.writableFinished).toBe(false)
  const rest = await reader.readAll()
  expect(rest.reduce((sum, { length }) => sum + length, 0)).toBe((64 << 20) - 11)
  expect(Math.max(...rest.map(({ length }) => length))).toBeLessThanOrEqual(1 << 20)
})

test('a refused connection gives the name of the error', async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at: Address = { address: '127.0.0.1', port: (server.address() as AddressInfo).port, family: 'udp4' }
  expect(await refusal(at)).toBeUndefined()
  server.close()
  await once(server, 'close')
  expect(await refusal(at)).toBe('ECONNREFUSED')
})
