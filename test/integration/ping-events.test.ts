import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import type { ResultDocument } from '../helpers/document.ts'
import { documentedEvents, eventsIn, expectDocumented, type Event } from '../helpers/documented-events.ts'
import { LOCAL_TIME } from '../helpers/local-time.ts'
import { Host, requireNamespaces } from '../helpers/namespace.ts'
import { startPeer } from '../helpers/peers.ts'
import { closedPort } from '../helpers/tools.ts'
import { startRelay } from '../helpers/relay.ts'
import { runHosted, startServe, startUdptool } from '../helpers/udptool.ts'

const ENGINES = (await builtKernelEngine()) === undefined ? ['dgram'] : ['kernel', 'dgram']

const PAGE = documentedEvents('ping.md')
const { events: EVENTS, types: TYPES } = PAGE

/** The events of a run, each with the fields and types of the page. */
function documented(stdout: string): readonly Event[] {
  const events = eventsIn(stdout)
  for (const event of events) {
    // The fields of `interval` are in the page of send.
    if (event.event === 'interval') expect(event['at']).toMatch(LOCAL_TIME)
    else expectDocumented(event, PAGE)
    const replied = ['rttMs', 'from', 'bytes'].filter(name => name in event)
    if (event.event !== 'interval') expect([0, 3]).toContain(replied.length)
    if ('ttl' in event) expect(replied).toHaveLength(3)
  }
  return events
}

/** The summary of a run, in which each scheduled probe has had one event. */
function resultOf(events: readonly Event[]): ResultDocument {
  const last = events.at(-1)
  expect(last?.event).toBe('summary')
  const result = last?.['result'] as ResultDocument
  const probes = events.filter(({ event }) => event === 'probe')
  expect(new Set(probes.map(({ seq, client }) => `${String(seq)} ${String(client)}`)).size).toBe(probes.length)
  expect(result.ledger.scheduled).toBe(probes.length)
  return result
}

test('every field of an event has a type on the page', () => {
  expect([...EVENTS.keys()].toSorted()).toEqual(['duplicate', 'interval', 'probe', 'reply', 'start', 'summary'])
  for (const { required, optional } of EVENTS.values())
    for (const name of [...required, ...optional]) expect([...TYPES.keys()]).toContain(name)
})

describe.each(ENGINES)('ping --json on the %s engine', engine => {
  test('has every kind of event, each as documented, until Ctrl-C', async () => {
    await using peer = await startPeer<{ readonly probes: number }>('turns', ['40'])
    const args = ['-i', '0.05', '-W', '0.3', '--no-receipts', '--report-interval', '500ms', '--engine', engine]
    const ping = startUdptool(['ping', peer.at, '--json', ...args])
    // The peer takes turns for ever, so each of them comes, even if some replies are late because this host is busy.
    for (const known of ['"event":"interval"', '"event":"duplicate"', '"event":"reply","seq":\\d+,"fate":"late"'])
      await ping.waitFor('stdout', new RegExp(known, 'u'))
    for (const fate of ['lostUnknown', 'truncated', 'corrupt'])
      await ping.waitFor('stdout', new RegExp(`"event":"probe","seq":\\d+,"fate":"${fate}"`, 'u'))
    ping.signal('SIGINT')
    const events = documented((await ping.finished).stdout)
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(EVENTS.keys()))
    expect(resultOf(events)).toMatchObject({ command: 'ping', interrupted: false })
    const damaged = events.filter(({ fate }) => fate === 'truncated' || fate === 'corrupt')
    for (const { side } of damaged) expect(['request', 'reply', 'unknown']).toContain(side)
    expect(events.filter(({ ttl }) => ttl !== undefined).length > 0).toBe(engine === 'kernel')
    expect((await peer.stop()).probes).toBe(events.filter(({ event }) => event === 'probe').length)
  })

  test('with --count, a run that Ctrl-C ends is interrupted', async () => {
    await using peer = await startPeer('turns', ['40'])
    const args = ['-c', '5000', '-i', '0.05', '-W', '0.3', '--no-receipts', '--clients', '2', '--engine', engine]
    const ping = startUdptool(['ping', peer.at, '--json', ...args])
    await ping.waitFor('stdout', /"lostUnknown"/u)
    ping.signal('SIGINT')
    const { code, stdout } = await ping.finished
    const events = documented(stdout)
    expect(code).toBe(130)
    expect(resultOf(events)).toMatchObject({ interrupted: true })
    const clients = events.filter(({ event }) => event === 'probe').map(({ client }) => client)
    expect(new Set(clients)).toEqual(new Set([0, 1]))
  })

  test('the direction of a loss while probes are sent is that of the record of a Python relay', async () => {
    await using server = await startServe(['--engine', engine])
    await using relay = await startRelay(server.at, '--up=drop=every:5', '--down=drop=every:4')
    const ping = startUdptool(['ping', relay.at, '--json', '-i', '0.1', '-W', '2', '--engine', engine])
    // The relay drops for ever, so both come, even if some answer is late because this host is busy.
    for (const fate of ['lostForward', 'lostReturn'])
      await ping.waitFor('stdout', new RegExp(`"fate":"${fate}","toldMs":`, 'u'))
    ping.signal('SIGINT')
    const events = documented((await ping.finished).stdout)
    const { ledger } = resultOf(events)
    const truth = await relay.stop()
    const probes = Object.values(truth.runs)[0]?.probes ?? {}
    const neverForwarded = (seq: unknown): boolean => probes[String(seq)]?.up.every(what => what === 'drop') === true
    for (const { seq, fate, toldMs } of events.filter(one => 'toldMs' in one)) {
      expect([seq, neverForwarded(seq)]).toEqual([seq, fate === 'lostForward'])
      expect(toldMs).toBeGreaterThanOrEqual(2000)
    }
    const dropped = Object.keys(probes).filter(neverForwarded)
    expect(ledger.fates).toMatchObject({ lostForward: dropped.length })
  })

  test('an ICMP error has its name, and its reporter if the engine can observe it', async () => {
    const to = `127.0.0.1:${await closedPort()}`
    const { stdout } = await runHosted(['ping', to, '-c', '1', '--json', '--engine', engine])
    const events = documented(stdout)
    expect(events[1]).toMatchObject({ event: 'probe', fate: 'unreachable', detail: 'ECONNREFUSED' })
    expect(events[1]?.['reporter']).toBe(engine === 'kernel' ? '127.0.0.1' : undefined)
    resultOf(events)
  })
})

test.runIf(ENGINES.includes('kernel') && requireNamespaces())('a probe that our own kernel refuses', async () => {
  const host = new Host()
  host.ip('link set lo mtu 1500')
  const { stdout } = await host.udptool('ping', '127.0.0.1', '-c', '1', '-s', '4000', '-M', 'do', '--json')
  const events = documented(stdout)
  expect(events[1]).toMatchObject({ event: 'probe', seq: 0, fate: 'refused', detail: 'EMSGSIZE' })
  resultOf(events)
})
