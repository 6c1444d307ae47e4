import { availableParallelism, platform, release } from 'node:os'
import type { RunContext } from '../verdict/run-context.ts'

/** What a Result says of the machine it was made on. */
export function describeHost(): RunContext['host'] {
  return { os: platform(), kernel: release(), node: process.versions.node, cpus: availableParallelism() }
}
