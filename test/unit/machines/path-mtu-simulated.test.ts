import { describe, expect, test } from 'vitest'
import { foreignEcho } from '../../simulation/foreign.ts'
import type { Network } from '../../simulation/network.ts'
import { simulate } from '../../simulation/simulate.ts'
import { OUTCOME } from '../../../src/facts/probe-table.ts'
import { probeSize } from '../../../src/facts/run.ts'
import { PathMtuSearch } from '../../../src/machines/path-mtu-search.ts'
import { IPV4 } from './path-model.ts'
import { networkOf, probePlan, responderPlan } from './plans.ts'

const HEADERS = 28

/** Searches a simulated network: each round is a run of the real prober against a real server, whose facts are the input of the search. */
function searchOver(network: Partial<Network>, respond: Parameters<typeof simulate>[0]['respond'] = responderPlan()) {
  const search = new PathMtuSearch(IPV4)
  for (let round = 0; ; round++) {
    const sizes = search.next().map(packet => packet - HEADERS)
    if (sizes.length === 0) return search
    const seed = `${network.seed ?? 1} ${round}`
    const { facts } = simulate({
      probe: probePlan({ sizes, count: sizes.length }),
      respond,
      network: networkOf({ ...network, seed }),
    })
    const page = facts.probes.pages[0]
    for (let row = 0; row < sizes.length; row++) {
      const packet = probeSize(facts.plan, row) + HEADERS
      const outcome = page?.outcome[row]
      if (outcome === OUTCOME.whole || outcome === OUTCOME.cut) search.acknowledged(packet)
      else if (outcome === OUTCOME.refused) search.refused(packet)
      else search.lost(packet)
    }
  }
}

describe('over a simulated network', () => {
  test.each([1500, 1400, 1280, 9000, 700])('a path of %i without ICMP errors', mtu => {
    const search = searchOver({ localMtu: 9000, up: [{ rule: 'mtu', size: mtu }] })
    expect(search).toMatchObject({ confirmed: mtu, limit: mtu === 9000 ? 'local' : 'silence' })
  })

  test('the return path counts too', () => {
    expect(searchOver({ localMtu: 1500, down: [{ rule: 'mtu', size: 1420 }] }).confirmed).toBe(1420)
  })

  test('a server that is not udptool', () => {
    expect(searchOver({ localMtu: 1500, up: [{ rule: 'mtu', size: 1333 }] }, foreignEcho).confirmed).toBe(1333)
  })

  test.each([1, 2, 3, 4, 5])('with one of twenty lost in each direction (seed %i)', seed => {
    const drop = { rule: 'drop', ratio: 0.05 } as const
    expect(searchOver({ seed, localMtu: 1500, up: [drop, { rule: 'mtu', size: 1400 }], down: [drop] }).confirmed).toBe(
      1400,
    )
  })
})
