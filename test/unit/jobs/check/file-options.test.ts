import { describe, expect, test } from 'vitest'
import { runOptions, SERVE_OPTIONS, writtenOptions } from '../../../../src/jobs/check/file-options.ts'
import { planProbes, RUN_KINDS, type RunKind } from '../../../../src/jobs/check/run-kind.ts'
import { planEcho } from '../../../../src/runs/echo/plan.ts'
import { readEchoOptions } from '../../../../src/runs/echo/written.ts'
import { optionName } from '../../../../src/options/flag.ts'
import { PROBE_FLAGS, SOCKET_FLAGS } from '../../../../src/runs/send/flags.ts'

/** A value of each key that is not its default. A flag that is added must be added here. */
const SEND: Readonly<Record<string, unknown>> = {
  ipv4: true,
  ipv6: true,
  bind: '127.0.0.1',
  recvBuffer: '64KiB',
  engine: 'dgram',
  size: [64, '100..300/100'],
  count: 7,
  interval: '5ms',
  rate: '100pps',
  duration: '2s',
  burst: 3,
  window: 2,
  clients: 4,
  payload: 'binary',
  timeout: '200ms',
  linger: '10ms',
  flood: true,
  df: 'probe',
  tos: 184,
  dscp: 'ef',
  ttl: 9,
  receipts: false,
  waitFor: '1s',
  summary: true,
  seed: 5,
  baseline: 'fixtures/results/clean.json',
  tolerance: '30%',
  lossTolerance: '3%',
}

const SERVE: Readonly<Record<string, unknown>> = {
  host: '::1',
  port: 9999,
  mode: 'echo',
  reply: 'fixed',
  recvSize: '1KiB',
  delay: '5ms',
  engine: 'dgram',
  workers: 2,
  recvBuffer: 4096,
  public: true,
  maxRate: '10pps',
  maxRatePerSource: '20pps',
  maxPeers: 10,
  allow: ['127.0.0.0/8'],
  deny: '10.0.0.0/8',
}

function kind(name: string): RunKind {
  const found = RUN_KINDS.get(name)
  if (found === undefined) throw new Error(`no kind ${name}`)
  return found
}

describe('every flag of send is a key of a check', () => {
  const options = runOptions(kind('send'))

  test('and nothing else is', () => {
    const flags = [...SOCKET_FLAGS, ...PROBE_FLAGS]
      .map(optionName)
      .filter(name => !['to', 'self', 'expect'].includes(name))
    expect(options.map(({ name }) => name).toSorted()).toEqual(flags.toSorted())
    expect(Object.keys(SEND).toSorted()).toEqual(flags.toSorted())
  })

  test.each(Object.entries(SEND))('%s reaches the plan', (name, value) => {
    // A tolerance is one of a baseline.
    const around = writtenOptions(
      name.toLowerCase().endsWith('tolerance') ? { baseline: SEND['baseline'] } : {},
      options,
    )
    const written = writtenOptions({ [name]: value }, options)
    expect(Object.keys(written)).toEqual([name])
    expect(planProbes({ ...around, ...written })).not.toEqual(planProbes(around))
  })
})

describe('every flag of a server that a check may start is a key of serve', () => {
  test('those that end or announce it are not', () => {
    expect(SERVE_OPTIONS.map(({ name }) => name).toSorted()).toEqual(Object.keys(SERVE).toSorted())
  })

  test.each(Object.entries(SERVE))('%s reaches the plan', (name, value) => {
    const written = writtenOptions({ [name]: value, public: true }, SERVE_OPTIONS)
    const plain = planEcho(name === 'public' ? {} : { public: true })
    expect(planEcho(readEchoOptions(written))).not.toEqual(plain)
  })
})

test('lists of sizes are one list, as on a command line; lists of texts stay lists', () => {
  const sizes = [{ name: 'size', takes: 'sizes', about: '' }] as const
  expect(writtenOptions({ size: [64, '1..3'], other: 1 }, sizes)).toEqual({ size: '64,1..3' })
  const texts = [{ name: 'allow', takes: 'texts', about: '' }] as const
  expect(writtenOptions({ allow: '10.0.0.0/8' }, texts)).toEqual({ allow: ['10.0.0.0/8'] })
})
