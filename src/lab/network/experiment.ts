import { execFileSync } from 'node:child_process'
import { EXPERIMENTS } from './experiments.ts'
import type { Experiment } from './protocol.ts'
import { Wire } from './wire.ts'

/**
 * The process of an experiment, started by `network.ts` in a network namespace and a mount namespace of its own. It sends the outcome to
 * its parent and ends.
 */
async function run(name: Experiment): Promise<void> {
  // `ip netns` keeps names in /run/netns. With a private /run they are invisible to other processes, and are gone when this process ends.
  execFileSync('mount', ['-t', 'tmpfs', 'udptool-lab', '/run'])
  const wire = await Wire.build()
  try {
    process.send?.({ found: await EXPERIMENTS[name](wire) })
  } finally {
    wire.close()
  }
}

/** The error output of a program that failed, or that it is not installed. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'ENOENT' && 'path' in error) return `${String(error.path)} is not installed`
  const stderr = 'stderr' in error ? String(error.stderr).trim() : ''
  const absent = /exec of "(\w+)" failed: No such file/.exec(stderr)?.[1]
  if (absent !== undefined) return `${absent} is not installed`
  return stderr === '' ? error.message : stderr.replaceAll(/\s*\n\s*/g, ', ')
}

try {
  await run(process.argv[2] as Experiment)
} catch (error) {
  process.send?.({ error: reason(error) })
}
process.disconnect?.()
