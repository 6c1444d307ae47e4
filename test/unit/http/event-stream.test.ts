import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { EventStream, eventText } from '../../../src/http/event-stream.ts'

/** A connection that takes what is written only when the test lets it. */
class Valve extends Duplex {
  readonly taken: string[] = []
  #waiting: (() => void) | undefined
  isOpen = true

  override _read(): void {
    // Nothing is sent to the server.
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.taken.push(chunk.toString())
    if (this.isOpen) done()
    else this.#waiting = done
  }

  open(): void {
    this.isOpen = true
    this.#waiting?.()
    this.#waiting = undefined
  }
}

/** A viewer whose connection is a valve. */
async function viewerOf(stream: EventStream): Promise<{ readonly valve: Valve; readonly response: ServerResponse }> {
  const valve = new Valve()
  const server = createServer()
  const request = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>
  server.emit('connection', valve)
  valve.push('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [, response] = await request
  stream.add(response)
  return { valve, response }
}

async function turn(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
}

/** More than the buffer of a stream, 16 KiB or, from Node 22 on, 64 KiB. */
const BIG = 'y'.repeat(100_000)

test('an event is its name and one line of JSON', () => {
  expect(eventText({ text: 'a\nb' })).toBe(String.raw`data: {"text":"a\nb"}` + '\n\n')
  expect(eventText([1], 'live')).toBe('event: live\ndata: [1]\n\n')
})

test('a viewer that does not read has at most one frame waiting, and gets the whole state when it reads again', async () => {
  let wholes = 0
  const stream = new EventStream({ maxViewers: 4, whole: () => `data: whole ${(wholes += 1)}\n\n` })
  const { valve, response } = await viewerOf(stream)
  const other = await viewerOf(stream)
  await turn()
  expect(valve.taken.join('')).toContain('data: whole 1')
  valve.isOpen = false
  for (let n = 0; n < 20; n += 1) {
    stream.send(`data: ${BIG}${n}\n\n`)
    await turn()
    expect(response.writableLength).toBeLessThan(2 * BIG.length)
  }
  expect(other.valve.taken.join('').includes(`${BIG}19\n`)).toBe(true)
  valve.open()
  await turn()
  await turn()
  const before = valve.taken.join('')
  const shown = Array.from({ length: 20 }, (_, n) => n).filter(n => before.includes(`${BIG}${n}\n`))
  expect(shown).toEqual([0])
  expect(wholes).toBe(2)
  stream.send('data: last\n\n')
  await turn()
  const after = valve.taken.join('').slice(before.length)
  expect(after).toContain('data: whole 3')
  expect(after).not.toContain('data: last')
  stream.send('data: more\n\n')
  await turn()
  expect(valve.taken.join('')).toContain('data: more')
})

test('it is disconnected after thirty missed frames', async () => {
  const stream = new EventStream({ maxViewers: 4, whole: () => 'data: whole\n\n' })
  const { valve, response } = await viewerOf(stream)
  await turn()
  valve.isOpen = false
  stream.send(`data: ${BIG}\n\n`)
  for (let n = 0; n < 30; n += 1) stream.send('data: small\n\n')
  expect(response.destroyed).toBe(false)
  stream.send('data: small\n\n')
  expect(response.destroyed).toBe(true)
  await turn()
  expect(stream.viewers).toBe(0)
})

test('a closed stream takes no viewer', async () => {
  const stream = new EventStream({ maxViewers: 1, whole: () => '' })
  expect(stream.hasRoom).toBe(true)
  const { response } = await viewerOf(stream)
  expect(stream.hasRoom).toBe(false)
  stream.close()
  await turn()
  expect(response.writableEnded).toBe(true)
  expect(stream.hasRoom).toBe(false)
})
