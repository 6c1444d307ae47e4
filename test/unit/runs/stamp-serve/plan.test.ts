import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { listeningEvent, listeningLine } from '../../../../src/runs/stamp-serve/lines.ts'
import type { StampServeOptions } from '../../../../src/runs/stamp-serve/options.ts'
import { planStampServe, type StampServePlan } from '../../../../src/runs/stamp-serve/plan.ts'
import type { StampServeRun } from '../../../../src/runs/stamp-serve/run.ts'
import { createServerFacts } from '../../../../src/facts/server.ts'
import { refused } from '../../../helpers/refused.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

const SECRET = 'ab'.repeat(32)

function plan(options: StampServeOptions, environment: Record<string, string> = {}): StampServePlan {
  return planStampServe(options, environment)
}

function keyFile(): string {
  const file = join(temporaryFolder(), 'keys')
  writeFileSync(file, `3 ${SECRET}\n`, { mode: 0o600 })
  return file
}

test('the defaults: loopback, port 862, stateless, without a key', () => {
  expect(plan({})).toEqual({
    engine: 'auto',
    respond: {
      mode: 'echo',
      delay: 0,
      sourceCap: { answers: 1000, bytes: 2_097_152, onLoopback: false },
      maxPeers: 65_536,
      allow: [],
      deny: [],
      protocol: {
        name: 'stamp',
        isStateful: false,
        isAuthenticated: false,
        isLight: false,
        allowsDscp: false,
        timestamps: 'ntp',
        maxSessions: 65_536,
      },
    },
    sockets: { host: '127.0.0.1', port: 862, recvBuffer: 4 * 2 ** 20, workers: 1 },
  })
})

test('every option in its unit', () => {
  const { respond, sockets, engine } = plan({
    host: '::1',
    port: '0',
    stateful: true,
    twampLight: true,
    timestamps: 'ptp',
    allowDscp: true,
    maxSessions: '10',
    engine: 'kernel',
    workers: '2',
    recvBuffer: '64k',
    maxRate: '1kpps',
    maxRatePerSource: '10pps',
    maxPeers: '5',
    allow: ['10.0.0.0/8'],
    deny: ['10.1.0.0/16'],
    duration: '2s',
    maxIdle: '1s',
    maxDatagrams: '7',
  })
  expect([engine, sockets]).toEqual(['kernel', { host: '::1', port: 0, recvBuffer: 64_000, workers: 2 }])
  expect(respond).toMatchObject({
    maxRate: 1000,
    sourceCap: { answers: 10, onLoopback: true },
    maxPeers: 5,
    allow: ['10.0.0.0/8'],
    deny: ['10.1.0.0/16'],
    duration: 2 * SECOND,
    maxIdle: SECOND,
    maxDatagrams: 7,
    protocol: { isStateful: true, isLight: true, allowsDscp: true, timestamps: 'ptp', maxSessions: 10 },
  })
})

test('keys are in the sockets, never in the plan of the machine', () => {
  const keyed = plan({ keyFile: keyFile() })
  expect(keyed.respond.protocol.isAuthenticated).toBe(true)
  expect(keyed.sockets.keys).toEqual([{ id: '3', secret: new Uint8Array(32).fill(0xab) }])
  expect(JSON.stringify(keyed.respond)).not.toMatch(/abab|171/u)
})

test('the environment may name the file of keys, and an option wins', () => {
  expect(plan({}, { UDPTOOL_KEY_FILE: keyFile() }).sockets.keys).toHaveLength(1)
  expect(plan({ keyFile: keyFile() }, { UDPTOOL_KEY_FILE: '/nowhere' }).sockets.keys).toHaveLength(1)
})

test('mistakes are named', () => {
  expect(refused(() => plan({ host: '0.0.0.0' }))).toMatch(/^--host 0\.0\.0\.0 needs --public/)
  expect(refused(() => plan({ timestamps: 'tai' }))).toMatch(/--timestamps/)
  expect(refused(() => plan({ keyFile: '/nowhere/keys' }))).toMatch(/key file \/nowhere\/keys/)
  expect(refused(() => plan({ maxSessions: 0 }))).toMatch(/--max-sessions/)
})

test('the ready line and event have address, protocol, mode and authentication', () => {
  const run: StampServeRun = {
    engine: 'kernel',
    mode: 'stateful',
    auth: 'hmac',
    address: { address: '127.0.0.1', port: 862, family: 'udp4' },
    facts: createServerFacts(),
    stop: () => {},
    done: Promise.resolve(),
  }
  expect(listeningLine(run)).toBe('listening udp4 127.0.0.1:862 protocol=stamp mode=stateful auth=hmac engine=kernel\n')
  expect(JSON.parse(listeningEvent({ ...run, mode: 'stateless', auth: 'no' }))).toMatchObject({
    event: 'listening',
    family: 'udp4',
    host: '127.0.0.1',
    port: 862,
    protocol: 'stamp',
    mode: 'stateless',
    auth: 'no',
    engine: 'kernel',
  })
})
