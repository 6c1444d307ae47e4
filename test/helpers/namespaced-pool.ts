import { spawnSync } from 'node:child_process'
import { ForksPoolWorker, type PoolOptions, type PoolRunnerInitializer } from 'vitest/node'

/** Arguments of unshare(1) before a command: a network namespace with loopback up, and a /sys of that namespace, as in `ip netns exec`. */
const ENTER = [
  '--net',
  '--mount',
  '--propagation',
  'slave',
  'sh',
  '-c',
  'mount -t sysfs none /sys && mkdir -p /run/netns && mount -t tmpfs none /run/netns && ip link set lo up && exec "$0" "$@"',
] as const

/** The forked process of vitest for one test file, in a network namespace of its own. */
class NamespacedWorker extends ForksPoolWorker {
  override readonly name = 'namespaced'

  constructor(options: PoolOptions) {
    // A namespace has no route to a server with a certificate, and each start of Node would read the file.
    const { NODE_EXTRA_CA_CERTS: _, ...env } = options.env
    super({ ...options, env, execArgv: [...ENTER, process.execPath, ...options.execArgv] })
  }

  override async start(): Promise<void> {
    const node = process.execPath
    // fork() starts `process.execPath`, and the worker calls fork() before its first await.
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
 * A pool that runs each test file in a network namespace. Ports and kernel counters belong to a namespace, so files can run in parallel.
 * Undefined if this process may not make namespaces.
 */
export function namespacedPool(): PoolRunnerInitializer | undefined {
  return spawnSync('unshare', [...ENTER, 'true']).status === 0 ? namespaced : undefined
}
