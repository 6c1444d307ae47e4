import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT, start } from '../helpers/child.ts'
import { startServe, udptool } from '../helpers/udptool.ts'

const kernel = await builtKernelEngine()

describe.skipIf(kernel === undefined)('the kernel engine at scale', () => {
  test('ten thousand clients at once, without loss', async () => {
    // All 20,000 probes fit into the receive buffer, so the kernel drops none while the server waits for a processor.
    await using server = await startServe(['--engine', 'kernel', '--recv-buffer', '32MiB'])
    const flags = [
      '--clients',
      '10000',
      '--count',
      '2',
      '--interval',
      '1s',
      '--timeout',
      '40s',
      '--linger',
      '0',
      '--json',
    ]
    const run = await udptool(['send', '--to', server.at, '--engine', 'kernel', ...flags])
    expect(run.stderr).toBe('')
    expect(run.json().ledger.fates).toEqual({ intact: 20_000 })
    const { stdout } = await server.stop()
    expect(stdout).toMatch(/received 20,000 datagrams \(.*\) from 10,000 peers\n/)
  })

  test('more clients than file descriptors is an error', async () => {
    const few = `ulimit -n 100; exec "$0" "$1" send --to 127.0.0.1:9 --engine kernel --clients 200 --count 1`
    const { code, stderr } = await start('sh', ['-c', few, process.execPath, `${ROOT}bin/udptool.js`]).finished
    expect(code).toBe(3)
    expect(stderr).toMatch(/^udptool: .*EMFILE.* — .*ulimit -n.*\n$/)
  })

  test('the soak run, shortened: memory is bounded, and every datagram has a fate', async () => {
    const soak = start(process.execPath, [`${ROOT}bench/soak.mjs`, '--minutes', '0.2'], { timeoutSeconds: 60 })
    const { code, stdout } = await soak.finished
    expect(stdout).toMatch(/\nserver: bounded, .*\nsender: bounded, .*\n$/)
    expect(code).toBe(0)
  })
})
