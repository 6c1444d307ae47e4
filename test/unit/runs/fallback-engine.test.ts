import { expect, test, vi } from 'vitest'
import { UdptoolError } from '../../../src/base/error.ts'
import { dgramEngine } from '../../../src/engine/dgram-engine.ts'
import type { Engine, RunningMonitor } from '../../../src/engine/port.ts'
import { FallbackEngine } from '../../../src/runs/fallback-engine.ts'
import { probePlan } from '../machines/plans.ts'

const TARGET = { target: { address: '127.0.0.1', port: 9, family: 'udp4' }, recvBuffer: 0 } as const

test('each engine gets everything that a run of probes is given', async () => {
  const refuse: Engine['probe'] = async () => Promise.reject(new UdptoolError('engine', 'no thread'))
  const [first, second] = [vi.fn<Engine['probe']>(refuse), vi.fn<Engine['probe']>(refuse)]
  const engine = new FallbackEngine({ ...dgramEngine, probe: first }, { ...dgramEngine, probe: second })
  const given = [probePlan({}), TARGET, (): void => {}] as const
  await expect(engine.probe(...given)).rejects.toThrow('no thread')
  expect(first).toHaveBeenCalledWith(...given)
  expect(second).toHaveBeenCalledWith(...given)
})

test('a monitor runs on the second engine if the first one cannot start it', async () => {
  const onUpdates = (): void => {}
  const running = { add: vi.fn<() => void>() } as unknown as RunningMonitor
  const monitor = vi.fn<Engine['monitor']>(async () => running)
  const refuse: Engine['monitor'] = async () => Promise.reject(new UdptoolError('engine', 'no thread'))
  const engine = new FallbackEngine({ ...dgramEngine, monitor: refuse }, { ...dgramEngine, monitor })
  expect(await engine.monitor(onUpdates)).toBe(running)
  expect(monitor).toHaveBeenCalledWith(onUpdates)
})
