import { expect, test } from 'vitest'
import { embeddedPeer } from '../../../../src/runs/send/embedded-peer.ts'
import { planSend } from '../../../../src/runs/send/plan.ts'
import { planStampSend } from '../../../../src/jobs/stamp-send/plan.ts'

const KEY = { id: '1', secret: new Uint8Array(32) }

test('the server of --self is an echo server for probes of udptool', () => {
  expect(embeddedPeer(planSend({ self: true }))).toEqual({})
})

test('it is a stateful reflector with the key and the options of STAMP packets', () => {
  const plan = planStampSend({ self: true, timestamps: 'ptp' }, {})
  const protocol = { name: 'stamp', isStateful: true, isAuthenticated: false, isLight: false, timestamps: 'ptp' }
  expect(embeddedPeer(plan)).toEqual({ protocol: { ...protocol, allowsDscp: true, maxSessions: 65_536 } })
  expect(embeddedPeer({ ...plan, sockets: { ...plan.sockets, key: KEY } })).toMatchObject({ keys: [KEY] })
  expect(embeddedPeer(planStampSend({ self: true, twampLight: true }, {})).protocol).toMatchObject({ isLight: true })
})

test('it is a server of irtt for those of irtt, which ends no session before its time', () => {
  const plan = planSend({ self: true, protocol: 'irtt', count: 3, interval: '1s' })
  expect(embeddedPeer(plan)).toMatchObject({ protocol: { name: 'irtt', isAuthenticated: false, maxDuration: 4e9 } })
})
