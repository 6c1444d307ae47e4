import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { HostWatch, interfaceMtu } from '../../../src/engine/host-watch.ts'

const mtuOf = (name: string): number => Number(readFileSync(`/sys/class/net/${name}/mtu`, 'latin1'))

describe.runIf(process.platform === 'linux')('on Linux', () => {
  test('loopback has its own MTU, and so has a local address that another local address sends to', () => {
    expect(interfaceMtu('127.0.0.1', '127.0.0.1')).toBe(mtuOf('lo'))
    expect(interfaceMtu('::1', '::1')).toBe(mtuOf('lo'))
    for (const { address } of Object.values(networkInterfaces()).flatMap(one => one ?? []))
      expect(interfaceMtu(address, address)).toBe(mtuOf('lo'))
  })

  test('other traffic leaves by the interface with the address', () => {
    for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
      for (const { address, internal, family } of addresses) {
        if (!internal)
          expect(interfaceMtu(address, family === 'IPv4' ? '192.0.2.77' : '2001:db8::77')).toBe(mtuOf(name))
      }
    }
  })

  test('unknown for an address that no interface has', () => {
    expect(interfaceMtu('192.0.2.55', '192.0.2.77')).toBeUndefined()
  })

  test('a watch reports the limit of receive buffers and the growth of counters', () => {
    const { recvBufferMost, grown } = new HostWatch().end(undefined, { address: '::1', port: 9, family: 'udp6' })
    expect(recvBufferMost).toBe(Number(readFileSync('/proc/sys/net/core/rmem_max', 'latin1')))
    for (const count of Object.values(grown)) expect(count).toBeGreaterThanOrEqual(0)
  })
})
