import { expect, test } from 'vitest'
import { runFlood, startEcho } from '../helpers/peers.ts'
import { startRelayCommand, unaccounted } from '../helpers/relay-command.ts'

test('20 000 datagrams a second: every loss is reported, in both directions', async () => {
  await using echo = await startEcho()
  await using relay = await startRelayCommand(echo.at)
  const sender = await runFlood(relay.at, '--rate', '20000', '--seconds', '2')
  expect(sender.markerReturned, 'the last datagram came back').toBe(true)
  const { truth, code } = await relay.stop()
  const server = await echo.stop()
  expect(code).toBe(0)
  expect(sender.sent).toBe(40_000 + sender.markers)
  const { up, down } = truth
  expect(up.seen + (up.kernelDropped ?? NaN)).toBe(sender.sent)
  expect(server.received + server.socketDrops).toBe(up.forwarded)
  expect(down.seen + (down.kernelDropped ?? NaN)).toBe(server.replied)
  expect(sender.received + sender.socketDrops).toBe(down.forwarded)
  expect([unaccounted(up), unaccounted(down)]).toEqual([0, 0])
  expect([up.refused, up.queueDropped, up.abandoned]).toEqual([0, 0, 0])
})
