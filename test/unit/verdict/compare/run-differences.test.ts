import { expect, test } from 'vitest'
import type { Result } from '../../../../src/verdict/result.ts'
import { runDifferences } from '../../../../src/verdict/compare/run-differences.ts'
import { runWith } from '../compared.ts'

function result(change: Partial<Result> = {}): Result {
  return runWith([1, 1], change).result
}

test('two equal runs have none', () => {
  expect(runDifferences(result(), result())).toEqual([])
})

test('target, engine, host, version and options that shape a run', () => {
  const other = result({
    engine: 'dgram',
    target: { address: '::1', port: 9001, family: 'udp6' },
    host: { os: 'linux', kernel: '6.1', node: '20.0.0', cpus: 4 },
    tool: { name: 'udptool', version: '0.0.1' },
    options: { sizes: [128, 4000], intervalMs: 10 },
  })
  expect(runDifferences(result({ options: { sizes: [128], payload: 'text' } }), other)).toEqual([
    { what: 'target', a: '127.0.0.1:9000', b: '[::1]:9001' },
    { what: 'engine', a: 'kernel', b: 'dgram' },
    { what: 'os', a: 'linux 6.0', b: 'linux 6.1' },
    { what: 'cpus', a: '2', b: '4' },
    { what: 'version', a: '0.0.0', b: '0.0.1' },
    { what: 'sizes', a: '[128]', b: '[128,4000]' },
    { what: 'payload', a: 'text', b: 'not set' },
    { what: 'intervalMs', a: 'not set', b: '10' },
  ])
})

test('the number of probes is no difference, nor is the port of an embedded server', () => {
  const self = (port: number, count: number): Result =>
    result({ target: { address: '127.0.0.1', port, family: 'udp4' }, options: { self: true, count, seed: port } })
  expect(runDifferences(self(4000, 10), self(4001, 1000))).toEqual([])
})

test('the protocol of the probes, and what the reflector proved to be', () => {
  const stamp = result({ command: 'stamp send', protocol: 'stamp' })
  const reflected = (reflector: Result['evidence']['reflector']): Result => ({
    ...stamp,
    evidence: { ...stamp.evidence, ...(reflector === undefined ? {} : { reflector }) },
  })
  expect(runDifferences(reflected('stateful'), reflected('stateless'))).toEqual([
    { what: 'reflector', a: 'stateful', b: 'stateless' },
  ])
  expect(runDifferences(result({ command: 'stamp send' }), stamp)).toEqual([
    { what: 'protocol', a: 'udptool', b: 'stamp' },
  ])
})
