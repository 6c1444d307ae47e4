import { expect, test } from 'vitest'
import { formatAddress } from '../../../../src/base/address.ts'
import { UdptoolError } from '../../../../src/base/error.ts'
import { SECOND } from '../../../../src/base/nanos.ts'
import type { Addresses } from '../../../../src/engine/resolve.ts'
import { planModule } from '../../../../src/jobs/monitor/module.ts'
import { TargetPaths } from '../../../../src/jobs/monitor/target-paths.ts'
import { ManualTimers } from '../../../helpers/manual-timers.ts'

const NO_NAME = new UdptoolError('resolve', 'cannot resolve edge: the name server did not answer')

function at(first: string, ...others: readonly string[]): Addresses {
  const resolved = (address: string) => ({ address, family: 'udp4' as const })
  return [resolved(first), ...others.map(resolved)]
}

/** The paths of a target with two flows, and a log of what they do. */
function setUp() {
  const timers = new ManualTimers()
  const log: string[] = []
  let number = 0
  const plan = { target: { host: 'edge', port: 9000 }, module: planModule('m', { flows: '2', ttl: '7' }), labels: {} }
  const paths = new TargetPaths(plan, {
    open(flow, { target, ttl }) {
      log.push(`open ${number} flow ${flow} ${formatAddress(target)} ttl ${ttl}`)
      return number++
    },
    close: path => void log.push(`close ${path}`),
    onAddress: address => void log.push(`address ${formatAddress(address)}`),
    onResolveFailed: reason => void log.push(`failed: ${reason}`),
    startTimer: timers.start,
  })
  const take = (): readonly string[] => log.splice(0)
  return { timers, paths, take }
}

test('each flow has a path, and a changed address gives each a new one', () => {
  const { paths, take } = setUp()
  paths.resolved(at('10.0.0.1'))
  expect(take()).toEqual([
    'address 10.0.0.1:9000',
    'open 0 flow 0 10.0.0.1:9000 ttl 7',
    'open 1 flow 1 10.0.0.1:9000 ttl 7',
  ])
  paths.resolved(at('10.0.0.2'))
  expect(take()).toEqual([
    'address 10.0.0.2:9000',
    'close 0',
    'open 2 flow 0 10.0.0.2:9000 ttl 7',
    'close 1',
    'open 3 flow 1 10.0.0.2:9000 ttl 7',
  ])
})

test('an address that the name still has is kept, in whatever order', () => {
  const { paths, take } = setUp()
  paths.resolved(at('10.0.0.1', '10.0.0.2'))
  take()
  paths.resolved(at('10.0.0.2', '10.0.0.1'))
  paths.resolved(at('10.0.0.3', '10.0.0.1'))
  expect(take()).toEqual(['address 10.0.0.1:9000', 'address 10.0.0.1:9000'])
})

test('while lookups fail the old address is probed', () => {
  const { paths, take } = setUp()
  paths.resolved(at('10.0.0.1'))
  take()
  paths.failed(NO_NAME)
  expect(take()).toEqual(['failed: the name server did not answer'])
})

test('a name without an address opens nothing until it has one', () => {
  const { paths, take } = setUp()
  paths.failed(NO_NAME)
  expect(take()).toEqual(['failed: the name server did not answer'])
  paths.resolved(at('10.0.0.1'))
  expect(take().slice(0, 2)).toEqual(['address 10.0.0.1:9000', 'open 0 flow 0 10.0.0.1:9000 ttl 7'])
})

test('a socket that cannot be opened is tried again, ever more rarely; the other flow goes on', async () => {
  const { paths, take, timers } = setUp()
  paths.resolved(at('10.0.0.1', '10.0.0.2'))
  take()
  paths.opened(0)
  paths.pathFailed(1)
  await timers.advance(SECOND)
  expect(take()).toEqual(['close 1', 'open 2 flow 1 10.0.0.1:9000 ttl 7'])
  paths.pathFailed(2)
  await timers.advance(1.9 * SECOND)
  expect(take()).toEqual([])
  await timers.advance(0.1 * SECOND)
  expect(take()).toEqual(['close 2', 'open 3 flow 1 10.0.0.1:9000 ttl 7'])
  paths.opened(3)
  paths.pathFailed(3)
  await timers.advance(SECOND)
  expect(take()).toEqual(['close 3', 'open 4 flow 1 10.0.0.1:9000 ttl 7'])
  for (let path = 4; path < 20; path++) {
    paths.pathFailed(path)
    await timers.advance(60 * SECOND)
  }
  expect(take().at(-1)).toBe('open 20 flow 1 10.0.0.1:9000 ttl 7')
})

test('if no socket can be opened to an address, the next one of the name is tried', async () => {
  const { paths, take, timers } = setUp()
  paths.resolved(at('10.0.0.1', '10.0.0.2'))
  take()
  paths.pathFailed(0)
  paths.pathFailed(1)
  await timers.advance(SECOND)
  expect(take()[0]).toBe('address 10.0.0.2:9000')
  // It is kept, although the resolver gives the other one first.
  paths.resolved(at('10.0.0.1', '10.0.0.2'))
  expect(take().filter(line => !line.startsWith('open'))).toEqual(['address 10.0.0.2:9000'])
})

test('an update about an old path changes nothing, and after the end nothing is opened', async () => {
  const { paths, take, timers } = setUp()
  paths.resolved(at('10.0.0.1'))
  paths.resolved(at('10.0.0.2'))
  take()
  paths.pathFailed(0)
  await timers.advance(100 * SECOND)
  expect(take()).toEqual([])
  paths.pathFailed(2)
  paths.close()
  paths.pathFailed(3)
  await timers.advance(100 * SECOND)
  expect(take()).toEqual([])
})
