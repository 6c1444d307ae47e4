import { expect, test } from 'vitest'
import { embeddedPeer } from '../../../../src/runs/send/embedded-peer.ts'
import { planSend } from '../../../../src/runs/send/plan.ts'
import { planStampSend } from '../../../../src/jobs/stamp-send/plan.ts'

/** What an engine can do. */
const KERNEL = { tos: true }
const KEY = { id: '1', secret: new Uint8Array(32) }

test('the server of --self is an echo server for probes of udptool', () => {
  expect(embeddedPeer(planSend({ self: true }), KERNEL)).toEqual({})
})

test('it is a stateful reflector with the key and the options of STAMP packets', () => {
  const plan = planStampSend({ self: true, timestamps: 'ptp' }, {})
  const protocol = { name: 'stamp', isStateful: true, isAuthenticated: false, isLight: false, timestamps: 'ptp' }
  expect(embeddedPeer(plan, KERNEL)).toEqual({ protocol: { ...protocol, allowsDscp: false, maxSessions: 65_536 } })
  expect(embeddedPeer({ ...plan, sockets: { ...plan.sockets, key: KEY } }, KERNEL)).toMatchObject({ keys: [KEY] })
  expect(embeddedPeer(planStampSend({ self: true, twampLight: true }, {}), KERNEL).protocol).toMatchObject({
    isLight: true,
  })
})

test('it sets the DSCP that packets ask for, on an engine that can', () => {
  const plan = planStampSend({ self: true, tlv: 'cos' }, {})
  expect(embeddedPeer(plan, KERNEL).protocol).toMatchObject({ allowsDscp: true })
  expect(embeddedPeer(plan, { tos: false }).protocol).toMatchObject({ allowsDscp: false })
})

test('it is a server of irtt for those of irtt, which ends no session before its time', () => {
  const plan = planSend({ self: true, protocol: 'irtt', count: 3, interval: '1s' })
  expect(embeddedPeer(plan, KERNEL)).toMatchObject({
    protocol: { name: 'irtt', isAuthenticated: false, allowsDscp: true, maxDuration: 4e9 },
  })
  expect(embeddedPeer(plan, { tos: false }).protocol).toMatchObject({ allowsDscp: false })
})
