import { availableParallelism, platform, release } from 'node:os'
import type { RunContext } from '../verdict/run-context.ts'

/** Facts about this machine for a Result. */
export function describeHost(): RunContext['host'] {
  return { os: platform(), kernel: release(), node: process.versions.node, cpus: availableParallelism() }
}
