import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { findFreePorts } from '../../../src/engine/free-ports.ts'

test.each(['udp4', 'udp6'] as const)('consecutive ports can all be bound: %s', async family => {
  const host = family === 'udp4' ? '127.0.0.1' : '::1'
  const first = await findFreePorts({ count: 4, family, host, isTaken: () => false })
  expect(first).toBeGreaterThan(1023)
  const sockets = [0, 1, 2, 3].map(() => createSocket(family))
  await Promise.all(
    sockets.map(async (socket, n) => {
      socket.bind((first ?? 0) + n, host)
      await once(socket, 'listening')
    }),
  )
  for (const socket of sockets) socket.close()
})

test('promised ports are left out, and none may be left', async () => {
  const isTaken = (port: number): boolean => port % 2 === 0
  const plan = { family: 'udp4', host: '127.0.0.1', isTaken } as const
  expect(((await findFreePorts({ ...plan, count: 1 })) ?? 0) % 2).toBe(1)
  expect(await findFreePorts({ ...plan, count: 2 })).toBeUndefined()
})
