import { expect, test } from 'vitest'
import { KnownTargets } from '../../../../src/jobs/exporter/known-targets.ts'
import { emptyConfig } from '../../../../src/jobs/monitor/config.ts'
import type { DiscoveredTarget } from '../../../../src/jobs/monitor/config-plan.ts'

/** Targets with a module of a configuration that was just read. */
function targets(...hosts: readonly string[]): readonly DiscoveredTarget[] {
  const modules = [...emptyConfig().modules.values()]
  return hosts.flatMap(host => modules.map(module => ({ target: { host, port: 9000 }, module, labels: {} })))
}

test('only addresses and modules that come and go are changes', () => {
  const known = new KnownTargets()
  expect(known.change([])).toBeUndefined()
  expect(known.change(targets('a', 'b'))).toEqual({ targets: 2, added: 2, removed: 0 })
  expect(known.change(targets('b', 'a'))).toBeUndefined()
  expect(known.change(targets('b', 'c', 'd'))).toEqual({ targets: 3, added: 2, removed: 1 })
  expect(known.change([])).toEqual({ targets: 0, added: 0, removed: 3 })
})
