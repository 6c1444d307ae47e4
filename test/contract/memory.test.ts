import { MICROSECOND } from '../../src/base/nanos.ts'
import { memoryEngine } from '../simulation/engine.ts'
import { engineContract } from './engine.ts'

const quiet = { seed: 1, up: [], down: [], latency: 50 * MICROSECOND } as const

engineContract('memory', () => memoryEngine(quiet))
engineContract('memory, seeing as little as dgram,', () =>
  memoryEngine({ ...quiet, icmp: 'errno', dropsObservable: false }),
)
