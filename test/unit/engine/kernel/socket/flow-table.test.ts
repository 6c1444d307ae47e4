import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Family } from '../../../../../src/base/address.ts'
import { Arena } from '../../../../../src/engine/kernel/system/arena.ts'
import {
  ControlMessages,
  writeSource4,
  writeSource6,
} from '../../../../../src/engine/kernel/socket/control-messages.ts'
import { FlowTable } from '../../../../../src/engine/kernel/socket/flow-table.ts'
import { writeSockaddr } from '../../../../../src/engine/kernel/system/sockaddr.ts'
import { kernelMissing, testLibc } from '../kernel.ts'
import { failure } from '../../../../helpers/refused.ts'

/** A table, and messages to it as the kernel writes them. */
function bench(family: Family, most: number, local = true) {
  const libc = testLibc()
  const plan = { family, most, local }
  const arena = new Arena(libc, FlowTable.bytes(plan) + 1024)
  const forgotten: number[] = []
  const table = new FlowTable(arena, plan, libc, flow => forgotten.push(flow))
  const name = arena.allocate(32).at
  const message = arena.allocate(128).at
  const control = new ControlMessages(arena.bytes, arena.words)
  const find = (address: string, port: number, local?: readonly number[], via = 0): number => {
    // The kernel leaves the old bytes behind the length that it wrote.
    arena.bytes.fill(0xaa, name, name + 32)
    writeSockaddr(arena.bytes, name, { address, port, family }, libc)
    let length = 0
    if (local !== undefined) {
      arena.bytes.set(local, message + 96)
      const write = local.length === 4 ? writeSource4 : writeSource6
      length = write(arena.bytes, arena.words, message, message + 96, via)
    }
    control.read(message, length)
    return table.find(name, control)
  }
  return { arena, table, forgotten, find }
}

describe.skipIf(kernelMissing)('FlowTable', () => {
  test('numbers count up from 0, and a peer keeps its number', () => {
    const { table, find } = bench('udp4', 10)
    expect([find('10.0.0.1', 5), find('10.0.0.2', 5), find('10.0.0.1', 6), find('10.0.0.1', 5)]).toEqual([0, 1, 2, 0])
    expect(table.peer(2)).toEqual({ address: '10.0.0.1', port: 6, family: 'udp4' })
    expect(table.peer(9)).toEqual({ address: '0.0.0.0', port: 0, family: 'udp4' })
  })

  test('a peer that sends to two local addresses is two flows, each with its source address', () => {
    const { arena, table, find } = bench('udp4', 10)
    const flows = [find('10.0.0.1', 5, [127, 0, 0, 2]), find('10.0.0.1', 5, [127, 0, 0, 3]), find('10.0.0.1', 5)]
    expect(flows).toEqual([0, 1, 2])
    expect(find('10.0.0.1', 5, [127, 0, 0, 2])).toBe(0)
    expect(flows.map(flow => table.sourceLength(flow))).toEqual([32, 32, 0])
    const source = arena.bytes.subarray(table.sourceAt(1), table.sourceAt(1) + 32)
    expect(Buffer.from(source).toString('hex')).toBe(
      '1c00000000000000 00000000 08000000 00000000 7f000003 00000000 00000000'.replaceAll(' ', ''),
    )
  })

  test('IPv6: the source has an interface only if the address is link-local', () => {
    const { arena, table, find } = bench('udp6', 10)
    const global = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]
    const linkLocal = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]
    const via = [find('2001:db8::1', 5, global, 7), find('fe80::1%1', 5, linkLocal, 7)].map(flow => {
      const source = arena.bytes.subarray(table.sourceAt(flow), table.sourceAt(flow) + table.sourceLength(flow))
      expect(Buffer.from(source.subarray(0, 16)).toString('hex')).toBe('24000000000000002900000032000000')
      return [source.length, source[32]]
    })
    expect(via).toEqual([
      [40, 0],
      [40, 7],
    ])
  })

  test('an IPv4 peer of an IPv6 socket is answered from an IPv4 address', () => {
    const { table, find } = bench('udp6', 10)
    expect(find('10.0.0.1', 5, [127, 0, 0, 2])).toBe(0)
    expect(find('10.0.0.1', 5, [127, 0, 0, 2])).toBe(0)
    expect([table.sourceLength(0), table.peer(0).address]).toEqual([32, '::ffff:10.0.0.1'])
  })

  test('a full table evicts the least recently used peer, like a list in order of use', () => {
    const peers = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), peers, (most, calls) => {
        const { table, forgotten, find } = bench('udp4', most)
        // The model: peers with their numbers in order of use, the latest last.
        const model = new Map<number, number>()
        const due: number[] = []
        for (const peer of calls) {
          let number = model.get(peer)
          if (number === undefined) {
            number = model.size
            const [oldest] = model.entries()
            if (model.size === most && oldest !== undefined) {
              model.delete(oldest[0])
              number = oldest[1]
              due.push(number)
            }
          }
          model.delete(peer)
          model.set(peer, number)
          expect(find(`10.0.0.${peer}`, 1000 + peer)).toBe(number)
        }
        expect(forgotten).toEqual(due)
        for (const [peer, number] of model) expect(table.peer(number).port).toBe(1000 + peer)
      }),
      { numRuns: 200 },
    )
  })

  test('a table without local addresses stores none, and finds its peers', () => {
    for (const family of ['udp4', 'udp6'] as const) {
      const { table, find } = bench(family, 1000, false)
      const address = (n: number): string =>
        family === 'udp4' ? `10.0.${n >> 8}.${n & 255}` : `2001:db8::${n.toString(16)}`
      for (const _ of [1, 2]) for (let n = 0; n < 1000; n++) expect(find(address(n), 7)).toBe(n)
      expect([table.sourceLength(999), table.peer(700).address]).toEqual([0, address(700)])
    }
  })

  test('ten thousand peers', () => {
    const { table, forgotten } = bench('udp4', 8000)
    for (let n = 0; n < 10_000; n++) {
      table.enter({ address: `10.0.${n >> 8}.${n & 255}`, port: 7, family: 'udp4' })
    }
    expect(forgotten).toEqual(Array.from({ length: 2000 }, (_, n) => n))
    expect(table.enter({ address: '10.0.39.15', port: 7, family: 'udp4' })).toBe(1999)
    expect(table.enter({ address: '10.0.7.208', port: 7, family: 'udp4' })).toBe(2000)
  })

  test('a table needs at least one flow, and rejects other flow numbers', () => {
    expect(failure(() => bench('udp4', 0)).code).toBe('engine')
    expect(failure(() => bench('udp4', 4).table.nameAddress(4)).code).toBe('engine')
  })
})
