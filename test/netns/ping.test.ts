import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { requireNamespaces, sharedPath } from '../helpers/namespace.ts'

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('ping through a router', () => {
  test.each([
    ['10.2.0.1', '10.2.0.1:9000', '10.1.0.254'],
    ['fd02::1', '[fd02::1]:9000', 'fd01::254'],
  ])('to %s: the TTL of the replies is one less, and a TTL of 1 ends at the router', async (host, at, router) => {
    const { client, server } = sharedPath()
    await server.peer('echo', '--host', host, '--port', '9000', '--ttl', '64')
    // Neighbor discovery over IPv6 may take a second.
    const args = ['ping', at, '-c', '2', '-i', '0.02', '-W', '20']
    const near = await client.udptool(...args, '-t', '2', '--json')
    const probes = near.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { readonly event: string; readonly fate?: string; readonly ttl?: number })
      .filter(({ event }) => event === 'probe')
    expect(probes.map(({ fate, ttl }) => [fate, ttl])).toEqual([
      ['intact', 63],
      ['intact', 63],
    ])
    const words = await client.udptool(...args)
    expect(words.stdout.match(/ ttl=63$/gmu)).toHaveLength(2)
    const far = await client.udptool(...args, '-t', '1', '--no-receipts')
    expect(far.code).toBe(1)
    expect(far.stdout).toContain(`reported by ${router}\n`)
    expect(far.stdout).not.toContain(' bytes from ')
  })
})
