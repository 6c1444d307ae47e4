import { expect, test } from 'vitest'
import type { FreePortsPlan } from '../../../../src/engine/free-ports.ts'
import { planModule } from '../../../../src/jobs/monitor/module.ts'
import type { ModuleOptions } from '../../../../src/jobs/monitor/options.ts'
import { PathOpener } from '../../../../src/jobs/monitor/path-opener.ts'
import { settle } from '../../../helpers/manual-timers.ts'

const TARGET = { address: '192.0.2.7', port: 9000, family: 'udp4' } as const

/** An opener and a log of the ports with which it opens paths. Free ports are those from 50000 on. */
function setUp({ findPorts }: { findPorts?: (plan: FreePortsPlan) => Promise<number | undefined> } = {}) {
  const log: string[] = []
  const searches: FreePortsPlan[] = []
  const opener = new PathOpener(async plan => {
    searches.push(plan)
    if (findPorts !== undefined) return findPorts(plan)
    let first = 50_000
    while (Array.from({ length: plan.count }, (_, n) => first + n).some(plan.isTaken)) first += 1
    return Promise.resolve(first)
  })
  let last = -1
  const open = (owner: string, options: ModuleOptions, flow = 0): number => {
    const path = (last += 1)
    const module = planModule('m', options)
    opener.open({
      path,
      owner,
      module,
      flow,
      sockets: { ...module.sockets, target: TARGET },
      start: ({ bind }) => void log.push(`${path} from ${bind === undefined ? 'any' : `${bind.host}:${bind.port}`}`),
      fail: message => void log.push(`${path}: ${message}`),
    })
    return path
  }
  return { opener, searches, open, take: (): readonly string[] => log.splice(0) }
}

test('one flow without ports in its module has any port', () => {
  const { open, take, searches } = setUp()
  open('a', {})
  expect(take()).toEqual(['0 from any'])
  expect(searches).toEqual([])
})

test('several flows have consecutive free ports, other ones for each target', async () => {
  const { open, take, searches } = setUp()
  for (const owner of ['a', 'b']) for (const flow of [0, 1]) open(owner, { flows: '2', bind: '192.0.2.1' }, flow)
  await settle()
  expect(searches).toMatchObject([
    { count: 2, family: 'udp4', host: '192.0.2.1' },
    { count: 2, family: 'udp4', host: '192.0.2.1' },
  ])
  expect(take().toSorted()).toEqual([
    '0 from 192.0.2.1:50000',
    '1 from 192.0.2.1:50001',
    '2 from 192.0.2.1:50002',
    '3 from 192.0.2.1:50003',
  ])
})

test('a flow keeps its port, once the socket before it is closed', () => {
  const { opener, open, take } = setUp()
  const module = { sourcePorts: '40000-40001' }
  const [first, second] = [open('a', module, 0), open('a', module, 1)]
  expect(take()).toEqual(['0 from 0.0.0.0:40000', '1 from 0.0.0.0:40001'])
  open('a', module, 0)
  open('a', module, 1)
  expect(take()).toEqual([])
  opener.released(second)
  expect(take()).toEqual(['3 from 0.0.0.0:40001'])
  opener.released(first)
  expect(take()).toEqual(['2 from 0.0.0.0:40000'])
  // The same after a change of the module that does not concern the ports.
  opener.released(2)
  open('a', { ...module, ttl: '9' }, 0)
  expect(take()).toEqual(['4 from 0.0.0.0:40000'])
})

test('of several paths that wait for a port those that are dropped are never opened', () => {
  const { opener, open, take } = setUp()
  const module = { sourcePorts: '40000' }
  open('a', module)
  opener.drop(open('a', module))
  open('a', module)
  take()
  opener.released(0)
  expect(take()).toEqual(['2 from 0.0.0.0:40000'])
})

test('targets of a module share its range, and one too many has no port until another target is gone', async () => {
  const { opener, open, take } = setUp()
  const module = { flows: '2', sourcePorts: '40000-40004' }
  const both = (owner: string): void => void [open(owner, module, 0), open(owner, module, 1)]
  for (const owner of ['a', 'b', 'c']) both(owner)
  await settle()
  const left = 'no 2 source ports of 40000-40004 left for it'
  expect(take()).toEqual([
    '0 from 0.0.0.0:40000',
    '1 from 0.0.0.0:40001',
    '2 from 0.0.0.0:40002',
    '3 from 0.0.0.0:40003',
    `4: ${left}`,
    `5: ${left}`,
  ])
  opener.free('a')
  both('c')
  await settle()
  // The sockets of the removed target are still open.
  expect(take()).toEqual([`6: ${left}`, `7: ${left}`])
  opener.released(0)
  opener.released(1)
  both('c')
  expect(take()).toEqual(['8 from 0.0.0.0:40000', '9 from 0.0.0.0:40001'])
})

test('a path that is dropped during the search is not opened, and its target keeps the ports', async () => {
  const { opener, open, take } = setUp()
  opener.drop(open('a', { flows: '2' }, 0))
  open('a', { flows: '2' }, 1)
  await settle()
  expect(take()).toEqual(['1 from 0.0.0.0:50001'])
  open('a', { flows: '2' }, 0)
  expect(take()).toEqual(['2 from 0.0.0.0:50000'])
})

test('without consecutive free ports each flow has any port', async () => {
  const { open, take } = setUp({ findPorts: async () => Promise.resolve(undefined) })
  open('a', { flows: '2' }, 0)
  open('a', { flows: '2' }, 1)
  await settle()
  expect(take()).toEqual(['0 from any', '1 from any'])
})

test('after the end nothing is opened', async () => {
  const { opener, open, take } = setUp()
  open('a', { sourcePorts: '40000' })
  open('a', { sourcePorts: '40000' })
  open('b', { flows: '2' })
  open('c', { sourcePorts: '40000' })
  take()
  opener.close()
  opener.released(0)
  await settle()
  expect(take()).toEqual([])
})
