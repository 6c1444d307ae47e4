import { spawnSync } from 'node:child_process'
import { ForksPoolWorker, type PoolOptions, type PoolRunnerInitializer } from 'vitest/node'

/** The arguments of unshare(1) before a command: a network namespace with loopback up, and a /sys that shows it, as `ip netns exec` does. */
const ENTER = [
  '--net',
  '--mount',
  '--propagation',
  'slave',
  'sh',
  '-c',
  'mount -t sysfs none /sys && mkdir -p /run/netns && mount -t tmpfs none /run/netns && ip link set lo up && exec "$0" "$@"',
] as const

/** A process for one test file, which vitest forks, in a network namespace of its own. */
class NamespacedWorker extends ForksPoolWorker {
  override readonly name = 'namespaced'

  constructor(options: PoolOptions) {
    // A namespace has no way to a server with a certificate, and each start of Node would read the file.
    const { NODE_EXTRA_CA_CERTS: _, ...env } = options.env
    super({ ...options, env, execArgv: [...ENTER, process.execPath, ...options.execArgv] })
  }

  override async start(): Promise<void> {
    const node = process.execPath
    // fork() starts `process.execPath`, and the worker calls it before it first waits.
    process.execPath = 'unshare'
    const started = super.start()
    process.execPath = node
    await started
  }
}

const namespaced: PoolRunnerInitializer = {
  name: 'namespaced',
  createPoolWorker: options => new NamespacedWorker(options),
}

/**
 * Ports and kernel counters belong to a network namespace, so test files that have one each can run side by side. Undefined where this
 * process may not make namespaces.
 */
export function namespacedPool(): PoolRunnerInitializer | undefined {
  return spawnSync('unshare', [...ENTER, 'true']).status === 0 ? namespaced : undefined
}
