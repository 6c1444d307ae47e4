import { dgramEngine } from '../../src/engine/dgram-engine.ts'
import { activityContract } from './activity.ts'

activityContract('dgram', () => dgramEngine, [1])
