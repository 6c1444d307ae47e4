import { dgramEngine } from '../../src/engine/dgram-engine.ts'
import { engineContract } from './engine.ts'

engineContract('dgram', () => dgramEngine)
