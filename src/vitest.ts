/**
 * Fixtures for tests with vitest: an echo server, and an impairing relay in front of it, started for the tests that name them.
 *
 * ```ts
 * import { expect } from 'vitest'
 * import { send } from 'udptool'
 * import { udpTest } from 'udptool/vitest'
 *
 * const test = udpTest({ relay: { up: 'drop=10%', seed: 1 } })
 *
 * test('my client survives loss', async ({ relay }) => {
 *   const { ledger } = await send({ to: relay.target, count: 50, interval: '2ms' })
 *   expect(ledger.fates.lostForward ?? 0).toBe(relay.truth().up.dropped)
 * })
 * ```
 *
 * @packageDocumentation
 */
import { test, type TestAPI } from 'vitest'
import { startEchoServer, type EchoServer, type EchoServerOptions } from './runs/echo/server.ts'
import type { RelayOptions } from './runs/relay/options.ts'
import { startRelay, type Relay } from './runs/relay/relay.ts'
import { checkUdpTestOptions } from './jobs/udp-test-options.ts'

export interface UdpTestOptions {
  /** The server, on a free port of 127.0.0.1. */
  readonly server?: Omit<EchoServerOptions, 'port'>
  /** The relay in front of that server. Without rules it changes nothing. */
  readonly relay?: Omit<RelayOptions, 'to'>
}

/** Closed after each test. Only fixtures that a test names are started. */
export interface UdpFixtures {
  readonly echoServer: EchoServer
  /** In front of `echoServer`. */
  readonly relay: Relay
}

/** vitest's `test` with an echo server and a relay as fixtures. */
export function udpTest(options: UdpTestOptions = {}): TestAPI<UdpFixtures> {
  checkUdpTestOptions(options)
  const { server, relay } = options
  return test.extend<UdpFixtures>({
    // vitest reads the names of the fixtures from the pattern, also from an empty one.
    // oxlint-disable-next-line no-empty-pattern
    echoServer: async ({}, use) => {
      await using started = await startEchoServer({ ...server, port: 0 })
      await use(started)
    },
    relay: async ({ echoServer }, use) => {
      await using started = await startRelay({ ...relay, to: echoServer.target })
      await use(started)
    },
  })
}
