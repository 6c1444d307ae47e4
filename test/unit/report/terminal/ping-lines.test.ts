import { expect, test } from 'vitest'
import { pingEvent } from '../../../../src/report/formats/ping-events.ts'
import { pingHeader, pingLine } from '../../../../src/report/terminal/ping-lines.ts'
import { createPalette } from '../../../../src/report/text/palette.ts'
import type { SettledProbe } from '../../../../src/verdict/settled-probe.ts'

const target = { address: '10.0.0.7', port: 9000, family: 'udp4' } as const

interface Given extends Omit<Partial<SettledProbe>, 'probe'> {
  readonly probe?: Partial<SettledProbe['probe']>
}

function settled({ probe, ...rest }: Given = {}): SettledProbe {
  return {
    kind: 'settled',
    atMs: 0,
    ...rest,
    probe: { seq: 2, client: 0, size: 128, copies: 0, fate: 'intact', ...probe },
  }
}

const line = (given: Given, severalClients = false): string =>
  pingLine(settled(given), { target, palette: createPalette(false), severalClients })

test('the header', () => {
  expect(pingHeader({ host: '10.0.0.7', port: 9000 }, '10.0.0.7', [128])).toBe(
    'PING 10.0.0.7:9000 (10.0.0.7) 128 bytes',
  )
  expect(pingHeader({ host: 'host', port: 7 }, '::1', [64, 9000])).toBe('PING host:7 (::1) 64 to 9000 bytes')
})

test.each<[Given, string]>([
  [{ probe: { rttMs: 0.412 } }, '128 bytes from 10.0.0.7:9000: seq=2 time=412 µs'],
  [{ ttl: 63, probe: { rttMs: 0.412 } }, '128 bytes from 10.0.0.7:9000: seq=2 time=412 µs ttl=63'],
  [
    { ttl: 63, probe: { rttMs: 0.398, fate: 'truncated', cutAt: 100, side: 'request' } },
    '128 bytes from 10.0.0.7:9000: seq=2 time=398 µs ttl=63 truncated at 100 (request)',
  ],
  [
    { probe: { rttMs: 1, fate: 'corrupt', side: 'unknown', detail: 'first wrong byte 60' } },
    '128 bytes from 10.0.0.7:9000: seq=2 time=1 ms corrupt: first wrong byte 60',
  ],
  [{ probe: { fate: 'lostUnknown' } }, 'seq=2 lost'],
  [{ probe: { fate: 'lostForward' } }, 'seq=2 lost: never reached the server'],
  [{ toldMs: 1050, probe: { fate: 'lostForward' } }, 'seq=2 lost: never reached the server (told 1.05 s later)'],
  [{ toldMs: 1050, probe: { fate: 'lostReturn' } }, 'seq=2 lost: lost on the return path (told 1.05 s later)'],
  [{ toldMs: 501.2, probe: { fate: 'lostServerPolicy' } }, 'seq=2 lost: withheld by the server (told 501 ms later)'],
  [
    { toldMs: 1050, mayArrive: true, probe: { fate: 'lostForward' } },
    'seq=2 lost: had not reached the server 1.05 s later',
  ],
  [{ probe: { fate: 'refused', detail: 'EMSGSIZE' } }, 'seq=2 not sent: EMSGSIZE'],
  [
    { probe: { fate: 'unreachable' }, icmp: { errno: 111, type: 3, code: 3, reporter: '10.0.0.7' } },
    'seq=2 unreachable: port unreachable, reported by 10.0.0.7',
  ],
  [
    { kind: 'revised', probe: { rttMs: 1400, fate: 'late' } },
    '128 bytes from 10.0.0.7:9000: seq=2 time=1.40 s late (came after the probe was given up)',
  ],
  [{ kind: 'duplicate', probe: { rttMs: 1, copies: 1 } }, 'seq=2 duplicate: 1 further copy of the reply'],
])('%j', (given, text) => {
  expect(line(given)).toBe(text)
})

test('with several clients a line names the client', () => {
  expect(line({ probe: { fate: 'lostUnknown', client: 3 } }, true)).toBe('seq=2 client=3 lost')
})

test('events leave out what was not observed', () => {
  const parsed = (given: Given, clients = 1): unknown => JSON.parse(pingEvent(settled(given), target, clients, 'now'))
  expect(parsed({ probe: { rttMs: 0.4 } })).toEqual({
    event: 'probe',
    seq: 2,
    fate: 'intact',
    rttMs: 0.4,
    from: '10.0.0.7:9000',
    bytes: 128,
    at: 'now',
  })
  expect(parsed({ ttl: 63, probe: { rttMs: 0.4 } })).toMatchObject({ bytes: 128, ttl: 63 })
  expect(parsed({ probe: { fate: 'lostUnknown' } }, 2)).toEqual({
    event: 'probe',
    seq: 2,
    client: 0,
    fate: 'lostUnknown',
    at: 'now',
  })
  expect(parsed({ toldMs: 1050, mayArrive: false, probe: { fate: 'lostForward' } })).toEqual({
    event: 'probe',
    seq: 2,
    fate: 'lostForward',
    toldMs: 1050,
    at: 'now',
  })
  expect(parsed({ kind: 'duplicate', probe: { rttMs: 1, copies: 2 } })).toMatchObject({ event: 'duplicate', copies: 2 })
})
