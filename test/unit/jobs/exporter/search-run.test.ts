import { describe, expect, test } from 'vitest'
import type { Address } from '../../../../src/base/address.ts'
import { SECOND } from '../../../../src/base/nanos.ts'
import { parseTarget, type Target } from '../../../../src/base/target.ts'
import type { Lookup } from '../../../../src/engine/resolve.ts'
import { runSearch } from '../../../../src/jobs/exporter/search-run.ts'
import type { Values } from '../../../../src/jobs/file-options.ts'
import type { DiscoveredTarget, ModuleConfig } from '../../../../src/jobs/monitor/config-plan.ts'
import type { RunKind } from '../../../../src/jobs/run-kind.ts'
import type { SearchFindings } from '../../../../src/verdict/monitor/search-result.ts'

const ADDRESSES: readonly Address[] = [
  { address: '10.0.0.8', port: 9000, family: 'udp4' },
  { address: 'fd00::8', port: 9000, family: 'udp6' },
]

class Run {
  readonly lookups: string[] = []
  readonly targets: (Target | undefined)[] = []
  raw: Values = {}
  answer: Lookup = async () => Promise.resolve([{ address: '10.0.0.7', family: 4 }])

  async search(
    options: Values,
    { host = 'edge', run = 'mtu', probed = [], signal }: Partial<Wanted> = {},
  ): Promise<SearchFindings> {
    const wanted: DiscoveredTarget = {
      target: parseTarget(`${host}${host.includes(':') ? '' : ':9000'}`),
      module: { name: 'search', run, settings: {}, options, interval: 600 * SECOND },
      labels: {},
    }
    const lookup: Lookup = async (name, family) => {
      this.lookups.push(`${name} ${family}`)
      return this.answer(name, family)
    }
    const surroundings = { engine: 'dgram' as const, lookup, probedAddresses: () => probed }
    const plan: RunKind['plan'] = raw => {
      this.raw = raw
      return {
        expect: [],
        run: async target => {
          this.targets.push(target)
          return Promise.reject(new Error('the run'))
        },
      }
    }
    return runSearch(wanted, signal ?? new AbortController().signal, surroundings, new Map([[run, { plan }]]))
  }
}

interface Wanted {
  readonly host: string
  readonly run: ModuleConfig['run']
  readonly probed: readonly Address[]
  readonly signal: AbortSignal
}

test('a name is resolved for each search, and the run gets the address', async () => {
  const run = new Run()
  await expect(run.search({ timeout: '2s' })).rejects.toThrow('the run')
  run.answer = async () => Promise.resolve([{ address: '10.0.0.9', family: 4 }])
  await expect(run.search({ timeout: '2s' })).rejects.toThrow('the run')
  expect(run.lookups).toEqual(['edge 0', 'edge 0'])
  expect(run.targets).toEqual([
    { host: '10.0.0.7', port: 9000 },
    { host: '10.0.0.9', port: 9000 },
  ])
  expect(run.raw).toEqual({ engine: 'dgram', timeout: '2s' })
})

describe('the address', () => {
  test('is the one that is probed', async () => {
    const run = new Run()
    await expect(run.search({}, { probed: ADDRESSES })).rejects.toThrow('the run')
    expect(run.lookups).toEqual([])
    expect(run.targets).toEqual([{ host: '10.0.0.8', port: 9000 }])
  })

  test.each([{ ipv6: true }, { bind: '::1' }])('is one of the IP version of the module: %j', async options => {
    const run = new Run()
    await expect(run.search(options, { probed: ADDRESSES })).rejects.toThrow('the run')
    expect(run.targets).toEqual([{ host: 'fd00::8', port: 9000 }])
    run.answer = async () => Promise.resolve([{ address: 'fd00::9', family: 6 }])
    await expect(run.search(options, { probed: ADDRESSES.slice(0, 1) })).rejects.toThrow('the run')
    expect(run.lookups).toEqual(['edge 6'])
    expect(run.targets.at(-1)).toEqual({ host: 'fd00::9', port: 9000 })
  })

  test('needs no lookup if the target is an address', async () => {
    const run = new Run()
    await expect(run.search({}, { host: '[fd00::1]:9001' })).rejects.toThrow('the run')
    expect(run.lookups).toEqual([])
    expect(run.targets).toEqual([{ host: 'fd00::1', port: 9001 }])
  })
})

test('a name without an address is why a search cannot run', async () => {
  const run = new Run()
  run.answer = async () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
  await expect(run.search({})).rejects.toThrow(/^cannot resolve edge/)
  expect(run.targets).toEqual([])
})

test('a signal ends a search while a name server is silent', async () => {
  const run = new Run()
  run.answer = async () => new Promise(() => {})
  const abort = new AbortController()
  const searching = run.search({}, { signal: abort.signal })
  abort.abort()
  await expect(searching).resolves.toEqual({ failure: 'it was interrupted' })
  await expect(run.search({}, { signal: abort.signal })).resolves.toEqual({ failure: 'it was interrupted' })
  expect(run.targets).toEqual([])
})
