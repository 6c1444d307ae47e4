import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { planSend } from '../../../../src/runs/send/plan.ts'
import { runSend } from '../../../../src/runs/send/run.ts'

/** A target that answers nothing. */
async function silent(): Promise<string> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return `127.0.0.1:${socket.address().port}`
}

test('a run after its deadline waits for the timeout of its probes, and asks for no receipts', async () => {
  const plan = planSend({ to: await silent(), count: 2, interval: '0', timeout: '20ms', engine: 'dgram' })
  const { result, facts } = await runSend(plan, { deadline: performance.now() - 1 })
  expect(facts.plan.closeBy).toBe(0)
  expect(facts.clients[0]?.receipts.state).toBe('unasked')
  expect(result.ledger).toMatchObject({ scheduled: 2, replies: 0, fates: { lostUnknown: 2 } })
  expect(result.interrupted).toBe(false)
})

test('a run before its deadline may use the time that is left', async () => {
  const plan = planSend({ to: await silent(), count: 1, timeout: '20ms', receipts: false, engine: 'dgram' })
  const { facts } = await runSend(plan, { deadline: performance.now() + 60_000 })
  const { closeBy = NaN } = facts.plan
  expect(closeBy).toBeGreaterThan(0)
  expect(closeBy).toBeLessThanOrEqual(60_000 * MILLISECOND)
})
