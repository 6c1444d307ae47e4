import { describe, expect, test } from 'vitest'
import type { ResultDocument } from '../helpers/document.ts'
import { startPeer } from '../helpers/peers.ts'
import { startRelayCommand, unaccounted, type RelayRecord } from '../helpers/relay-command.ts'
import { keyFile, startPythonReflector, startStampServe } from '../helpers/stamp-peers.ts'
import { HOSTED, runHosted } from '../helpers/udptool.ts'

const COUNT = 80
/** Far longer than any reply takes. */
const TIMEOUT = '2s'

type Packet = readonly [sequence: number, timestamp: string]

interface TapTruth {
  readonly up: readonly Packet[]
  readonly down: readonly Packet[]
}

/** Probes that did not pass the relay, and probes whose reply did not. */
interface Losses {
  readonly forward: number
  readonly back: number
}

interface Outcome extends Losses {
  readonly document: ResultDocument & { readonly evidence: { readonly reflector?: string } }
  readonly relay: RelayRecord
  readonly tail: Losses
}

function keyOf([sequence, timestamp]: Packet): string {
  return `${sequence} ${timestamp}`
}

/** Losses by direction; `tail`: of those, the ones after the last answered probe. */
function lossesOf(near: TapTruth, far: TapTruth): Pick<Outcome, 'forward' | 'back' | 'tail'> {
  // The first packet with each number is the probe, further ones are copies.
  const probes = new Map(near.up.toReversed().map(packet => [packet[0], keyOf(packet)]))
  const [arrived, answered] = [new Set(far.up.map(keyOf)), new Set(near.down.map(keyOf))]
  const own = Array.from({ length: COUNT }, (_, sequence) => probes.get(sequence) ?? '')
  const count = (keys: readonly string[]): Losses => ({
    forward: keys.filter(key => !arrived.has(key)).length,
    back: keys.filter(key => arrived.has(key) && !answered.has(key)).length,
  })
  return { ...count(own), tail: count(own.slice(own.findLastIndex(key => answered.has(key)) + 1)) }
}

/** A sender, a tap, a dropping relay, a tap, and a reflector. */
async function sendThrough(reflector: string, rules: readonly string[], ...send: readonly string[]): Promise<Outcome> {
  const authenticated = send.includes('--key-file') ? ['--authenticated'] : []
  await using far = await startPeer<TapTruth>('stamp_tap', ['--to', reflector, ...authenticated])
  await using relay = await startRelayCommand(far.at, ['--seed', '3', ...rules], HOSTED)
  await using near = await startPeer<TapTruth>('stamp_tap', ['--to', relay.at, ...authenticated])
  const schedule = ['--count', String(COUNT), '--interval', '3ms', '--timeout', TIMEOUT]
  const run = await runHosted(['stamp', 'send', '--to', near.at, ...schedule, '--json', ...send])
  const { truth } = await relay.stop()
  const [before, behind] = [await near.stop(), await far.stop()]
  // The relay's record and the taps' agree.
  expect([before.up.length, behind.up.length]).toEqual([truth.up.seen, truth.up.forwarded])
  expect([behind.down.length, before.down.length]).toEqual([truth.down.seen, truth.down.forwarded])
  expect([unaccounted(truth.up), unaccounted(truth.down)]).toEqual([0, 0])
  return { document: run.json(), relay: truth, ...lossesOf(before, behind) }
}

const BOTH = ['--up', 'drop=every:9', '--down', 'drop=every:7']

/**
 * The ledger has these directions, and every packet is in it once. What was lost after the last answered probe has a direction if one of the
 * closing packets was answered in time, which a busy machine may prevent.
 */
function expectDirected({ document, relay, forward, back, tail }: Outcome, reflector: string): void {
  expect(document.evidence.reflector).toBe(reflector)
  const { intact, lostForward = 0, lostReturn = 0, lostUnknown = 0 } = document.ledger.fates
  expect(intact).toBe(COUNT - forward - back)
  expect([
    { lostForward: forward, lostReturn: back, lostUnknown: 0 },
    { lostForward: forward - tail.forward, lostReturn: back - tail.back, lostUnknown: tail.forward + tail.back },
  ]).toContainEqual({ lostForward, lostReturn, lostUnknown })
  // A direction without a loss is known only if every loss has a direction.
  const known = (count: number): number | undefined => (count > 0 || lostUnknown === 0 ? count : undefined)
  const { loss } = document
  expect([loss.count, loss.forward, loss.return]).toEqual([forward + back, known(lostForward), known(lostReturn)])
  // Copies and closing packets are in no ledger, so the relay may have dropped more.
  expect(relay.up.dropped).toBeGreaterThanOrEqual(forward)
  expect(relay.down.dropped).toBeGreaterThanOrEqual(back)
  expect(forward + back).toBeGreaterThan(5)
}

/** No loss has a direction, and the ledger has all of them. */
function expectUndirected({ document, forward, back }: Outcome, reflector: string): void {
  expect(document.evidence.reflector).toBe(reflector)
  expect(document.ledger.fates).toEqual({ intact: COUNT - forward - back, lostUnknown: forward + back })
  expect(document.loss).not.toHaveProperty('forward')
  expect(document.loss).not.toHaveProperty('return')
  expect(forward + back).toBeGreaterThan(5)
}

describe('through a dropping relay, the ledger of stamp send equals the record of the relay', () => {
  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['kernel to kernel', ['--engine', 'kernel'], BOTH, ['--engine', 'kernel']],
    ['dgram to dgram', ['--engine', 'dgram'], BOTH, ['--engine', 'dgram']],
    ['losses from sender to reflector only', [], ['--up', 'drop=every:4'], []],
    ['losses from reflector to sender only', [], ['--down', 'drop=every:4'], []],
    ['a session identifier and padding', [], BOTH, ['--ssid', '7', '--size', '200']],
  ])('stamp serve --stateful: %s', async (_, serve, rules, send) => {
    await using server = await startStampServe('--stateful', ...serve)
    expectDirected(await sendThrough(server.at, rules, ...send), 'stateful')
  })

  test('stamp serve --stateful with HMAC', async () => {
    const key = ['--key-file', keyFile()]
    await using server = await startStampServe('--stateful', ...key)
    expectDirected(await sendThrough(server.at, BOTH, ...key), 'stateful')
  })

  test.each([['--stateful'], ['--stateful', '--clock', 'ptp']])('a Python reflector: %s %s %s', async (...flags) => {
    await using reflector = await startPythonReflector(...flags)
    expectDirected(await sendThrough(reflector.at, BOTH), 'stateful')
  })

  test('stateless reflectors show no direction, but with Direct Measurement they do', async () => {
    await using server = await startStampServe()
    expectUndirected(await sendThrough(server.at, BOTH), 'stateless')
    expectDirected(await sendThrough(server.at, BOTH, '--tlv', 'direct'), 'direct')
    await using reflector = await startPythonReflector('--direct')
    expectUndirected(await sendThrough(reflector.at, BOTH), 'stateless')
    expectDirected(await sendThrough(reflector.at, BOTH, '--tlv', 'direct'), 'direct')
  })

  test('a reflector that does not know Direct Measurement shows no direction with it', async () => {
    await using reflector = await startPythonReflector()
    expectUndirected(await sendThrough(reflector.at, BOTH, '--tlv', 'direct'), 'stateless')
  })

  test.each<[string, readonly string[], readonly string[], number?]>([
    ['around a restart of the reflector', ['--restart-after', '30'], BOTH],
    ['where the path copies requests', [], ['--up', 'drop=every:9 dup=15%', '--down', 'drop=every:7'], 0],
    ['where the path reorders', ['--swap', '6'], BOTH],
  ])('no loss has a wrong direction %s', async (_, reflect, rules, least = 1) => {
    await using reflector = await startPythonReflector('--stateful', ...reflect)
    const { document, forward, back } = await sendThrough(reflector.at, rules)
    const { lostForward = 0, lostReturn = 0, lostUnknown = 0 } = document.ledger.fates
    expect(lostForward + lostReturn + lostUnknown).toBe(forward + back)
    expect(lostForward).toBeLessThanOrEqual(forward)
    expect(lostReturn).toBeLessThanOrEqual(back)
    expect(lostForward + lostReturn).toBeGreaterThanOrEqual(least)
  })
})
