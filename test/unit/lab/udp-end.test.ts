import { expect, onTestFinished, test } from 'vitest'
import { UdpEnd, type UdpPlan } from '../../../src/lab/udp-end.ts'
import { slowLoop } from '../../helpers/slow-loop.ts'

async function open(plan: UdpPlan = {}): Promise<UdpEnd> {
  const end = await UdpEnd.open(plan)
  onTestFinished(async () => await end.close())
  return end
}

test('messages come one by one, in order, with their sender', async () => {
  const [receiver, sender] = [await open(), await open()]
  for (const text of ['one', '', 'three']) expect(await sender.send(text, receiver.address)).toBeUndefined()
  const got = [await receiver.next(), await receiver.next(), await receiver.next()]
  expect(got.map(({ text, from }) => [text, from.port])).toEqual(
    ['one', '', 'three'].map(text => [text, sender.address.port]),
  )
})

test('an answer goes back to the sender', async () => {
  const server = await open({ answer: ({ text }) => (text === 'silence' ? undefined : text.toUpperCase()) })
  const [one, other] = [await open({ connectTo: server.address }), await open()]
  await one.send('silence')
  await one.send('mine')
  await other.send('yours', server.address)
  expect([(await one.next()).text, (await other.next()).text]).toEqual(['MINE', 'YOURS'])
  expect(one.messages).toHaveLength(1)
})

test('a refused send returns the name of the error', async () => {
  const [receiver, sender] = [await open(), await open()]
  expect(await sender.send(new Uint8Array(65_508), receiver.address)).toBe('EMSGSIZE')
})

test('messages are waited for, however long the process pauses, and more of them than were due are seen', async () => {
  const [receiver, sender] = [await open(), await open()]
  await slowLoop(70)
  const arrived = receiver.arrivals(2)
  for (const text of ['one', 'two', 'three']) await sender.send(text, receiver.address)
  await arrived
  expect(receiver.messages.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
})

test('a time is over only after the event loop has read what came during a pause', async () => {
  const [receiver, sender] = [await open(), await open({})]
  await slowLoop(70)
  await sender.send('late', receiver.address)
  await receiver.arrivals(0)
  expect(receiver.messages).toHaveLength(1)
})
