import { MICROSECOND } from '../../src/base/nanos.ts'
import { simulatedEngine } from '../simulation/engine.ts'
import { engineContract } from './engine.ts'

const quiet = { seed: 1, up: [], down: [], latency: 50 * MICROSECOND } as const

engineContract('simulated', () => simulatedEngine(quiet))
engineContract('simulated, with the capabilities of dgram,', () =>
  simulatedEngine({ ...quiet, icmp: 'errno', dropsObservable: false }),
)
