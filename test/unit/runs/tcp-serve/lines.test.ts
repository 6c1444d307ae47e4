import { describe, expect, test } from 'vitest'
import { createTcpFacts, type TcpEvent } from '../../../../src/runs/tcp-serve/facts.ts'
import {
  tcpEventJson,
  tcpEventLine,
  listeningEvent,
  listeningLine,
  statsEvent,
  statsLine,
  summaryEvent,
  summaryText,
} from '../../../../src/runs/tcp-serve/lines.ts'
import type { Service } from '../../../../src/runs/tcp-serve/plan.ts'
import type { TcpServeRun } from '../../../../src/runs/tcp-serve/run.ts'
import { AT } from '../../../helpers/local-time.ts'

function run(service: Service, six = false): TcpServeRun {
  const address = six
    ? ({ address: '::1', port: 9000, family: 'tcp6' } as const)
    : ({ address: '127.0.0.1', port: 9000, family: 'tcp4' } as const)
  return {
    service,
    address,
    facts: createTcpFacts(),
    removed: { files: 0, bytes: 0 },
    stop: () => {},
    done: Promise.resolve(),
  }
}

const FRAMES: Service = {
  kind: 'frames',
  inbox: { folder: '/tmp/in box', maxSize: 1, maxInbox: 1, maxFiles: 1, replace: true },
  commands: { list: new Map([['up', ['uptime']]]), maxTime: 1, maxOutput: 1, atOnce: 1 },
}
const TIME = '2026-01-02T03:04:05.678Z'
const peer = { address: '::1', port: 40_000, family: 'tcp6' } as const

test('the ready line, in words and as an event', () => {
  expect(listeningLine(run({ kind: 'stream', mode: 'echo' }))).toBe('listening tcp4 127.0.0.1:9000 mode=echo\n')
  expect(listeningLine(run(FRAMES, true))).toBe('listening tcp6 [::1]:9000 commands=1 inbox=/tmp/in box\n')
  expect(JSON.parse(listeningEvent(run({ kind: 'stream', mode: 'echo' })))).toEqual({
    event: 'listening',
    at: AT,
    family: 'tcp4',
    host: '127.0.0.1',
    port: 9000,
    mode: 'echo',
  })
  expect(JSON.parse(listeningEvent(run(FRAMES)))).toMatchObject({ inbox: '/tmp/in box', commands: ['up'] })
})

describe('an event', () => {
  const events: readonly (readonly [TcpEvent, string])[] = [
    [
      { event: 'stored', fileName: 'a\u202Eb', size: 5, sha256: 'cafe', peer },
      'stored "a\\u{202e}b" from [::1]:40000: 5 B, sha256 cafe\n',
    ],
    [
      { event: 'ran', name: 'up', exitCode: 3, size: 12, peer },
      'ran "up" for [::1]:40000: exit code 3, 12 B of output\n',
    ],
    [
      { event: 'ran', name: 'up', exitCode: 124, size: 0, reason: 'it exceeded the time limit', peer },
      'ran "up" for [::1]:40000: exit code 124, because it exceeded the time limit, 0 B of output\n',
    ],
    [
      { event: 'refused', kind: 'request', reason: '".." names no file', peer },
      'refused [::1]:40000: ".." names no file\n',
    ],
    [{ event: 'opened', peer }, 'connection from [::1]:40000\n'],
    [{ event: 'closed', bytesReceived: 12, bytesSent: 34, peer }, 'closed [::1]:40000: 12 B received, 34 B sent\n'],
  ]
  test.each(events)('%j is one line without control characters', (event, line) => {
    expect(tcpEventLine(event)).toBe(line)
  })

  test.each(events)('%j is one event', event => {
    expect(JSON.parse(tcpEventJson(event))).toEqual({ ...event, at: AT, peer: '[::1]:40000' })
  })
})

test('counters, during the run and at the end', () => {
  const facts = { ...createTcpFacts(), connections: 9, connectionsNow: 2, bytesReceived: 1000, bytesSent: 200_000 }
  expect(statsLine(facts, TIME)).toBe(
    '2026-01-02T03:04:05.678Z connections 9, open 2, uploads 0, commands 0, refused 0\n',
  )
  expect(summaryText(facts)).toBe('connections 9\nreceived    1000 B\nsent        200 kB\n')
  Object.assign(facts, { uploads: 3, uploadedBytes: 600, commands: 4, broken: 1 })
  Object.assign(facts.refused, { crowded: 1, denied: 2, request: 3, frame: 4, storage: 5 })
  Object.assign(facts.storageErrors, { 'no space left on device': 5 })
  expect(statsLine(facts, TIME)).toMatch(/refused 15\n$/)
  expect(summaryText(facts).split('\n').slice(3)).toEqual([
    'stored      3 files (600 B)',
    'ran         4 commands',
    'refused     1 over --max-connections',
    'refused     2 not allowed',
    'refused     3 invalid or not offered',
    'refused     4 not made of frames',
    'refused     5 not stored: no space left on device',
    'broken      1 during a request or stream',
    '',
  ])
  expect(JSON.parse(statsEvent(facts, TIME))).toMatchObject({ event: 'stats', time: TIME, connectionsNow: 2 })
  expect(JSON.parse(summaryEvent({ ...facts, refused: { ...facts.refused, crowded: 0 } }))).toEqual({
    event: 'summary',
    at: AT,
    connections: 9,
    connectionsNow: 2,
    bytesReceived: 1000,
    bytesSent: 200_000,
    uploads: 3,
    uploadedBytes: 600,
    commands: 4,
    refused: { denied: 2, request: 3, frame: 4, storage: 5 },
    storageErrors: { 'no space left on device': 5 },
    broken: 1,
  })
})
