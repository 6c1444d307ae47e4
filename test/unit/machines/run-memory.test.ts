import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { RunMemory, RUN_MEMORY_LIMITS, type Run } from '../../../src/machines/run-memory.ts'
import { RECEIPT } from '../../../src/wire/receipts.ts'

const BEFORE = { socketReceived: 0, socketDrops: 0, peerReceived: 0, peerDamaged: 0 }
const PAGE = 4096

function open(memory: RunMemory, key: string, address = key, now = 0): Run {
  return memory.open(key, address, BEFORE, now)
}

/** A run with this many different probes. */
function filled(memory: RunMemory, key: string, probes: number, address = key, now = 0): Run {
  const run = open(memory, key, address, now)
  for (let sequence = 0; sequence < probes; sequence++) memory.receive(run, sequence, now)
  return run
}

describe('what a run remembers', () => {
  test('the two bits of each sequence, and copies', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20_000), fc.nat(3)), { maxLength: 100 }), marks => {
        const memory = new RunMemory(0)
        const run = open(memory, 'a')
        const model = new Map<number, number>()
        let copies = 0
        for (const [sequence, state] of marks) {
          const known = (model.get(sequence) ?? 0) !== 0
          expect(memory.receive(run, sequence, 0)).toBe(!known)
          if (known) copies += 1
          memory.mark(run, sequence, Math.max(1, state), 0)
          model.set(sequence, Math.max(1, state))
        }
        for (const [sequence, state] of model) {
          expect(memory.state(run, sequence)).toBe(state)
          expect(memory.state(run, sequence + 1)).toBe(model.get(sequence + 1) ?? 0)
        }
        expect([run.distinct, run.copies]).toEqual([model.size, copies])
      }),
    )
  })

  test('sequences beyond 32 bits', () => {
    const memory = new RunMemory(0)
    const run = open(memory, 'a')
    memory.receive(run, 0xfffffffe, 0)
    expect(memory.extend(run, 3)).toBe(2 ** 32 + 3)
    memory.receive(run, 2 ** 32 + 3, 0)
    expect([memory.state(run, 2 ** 32 + 3), memory.state(run, 3)]).toEqual([RECEIPT.received, RECEIPT.notReceived])
  })

  test('beyond the limits of a run there are only counts, and the memory reports that it is incomplete', () => {
    const memory = new RunMemory(0, { runs: 16, bytes: 1 << 20, bytesPerRun: 2048 })
    const run = filled(memory, 'a', 2 * PAGE)
    expect([run.incomplete, memory.completeMs('a', SECOND)]).toEqual([false, 1000])
    memory.receive(run, 2 * PAGE, 0)
    expect([run.distinct, memory.state(run, 2 * PAGE), run.incomplete]).toEqual([
      2 * PAGE + 1,
      RECEIPT.notReceived,
      true,
    ])
    expect(memory.completeMs('a', SECOND)).toBe(0)
  })
})

describe('how long nothing of a run was evicted', () => {
  const limits = { runs: 8, bytes: 1 << 20, bytesPerRun: 1 << 18 }

  test('evictions of others do not change it for a run that is kept', () => {
    const memory = new RunMemory(0, limits)
    filled(memory, 'kept', 5)
    for (let n = 0; n < 200_000; n++) open(memory, `forged ${n}`, 'forger', SECOND)
    expect(memory.evicted).toBeGreaterThan(190_000)
    expect(memory.completeMs('kept', 2 * SECOND)).toBe(2000)
    // For a run that is not kept, it is unknown whether it was among them.
    expect(memory.completeMs('never seen', 2 * SECOND)).toBe(1000)
  })
})

describe('the order of eviction', () => {
  const limits = { runs: 8, bytes: 1 << 20, bytesPerRun: 1 << 18 }

  test('the fewest distinct probes first', () => {
    const memory = new RunMemory(0, limits)
    const probes = [5, 9, 3, 8, 7, 6, 4, 10]
    probes.forEach((count, n) => filled(memory, `run ${n}`, count))
    open(memory, 'new')
    expect(memory.find('run 2')).toBeUndefined()
    expect(memory.evicted).toBe(1)
    expect(probes.filter((_, n) => memory.find(`run ${n}`) !== undefined)).toEqual([5, 9, 8, 7, 6, 4, 10])
  })

  test('then the longest idle', () => {
    const memory = new RunMemory(0, limits)
    const times = [50, 30, 10, 20, 40, 60, 70, 80]
    times.forEach((now, n) => filled(memory, `run ${n}`, 4, `address ${n}`, now))
    open(memory, 'new', 'new', 100)
    expect(memory.find('run 2')).toBeUndefined()
  })

  test('an address evicts its own runs once it has a quarter', () => {
    const memory = new RunMemory(0, limits)
    filled(memory, 'other', 1, 'other')
    filled(memory, 'one', 5, 'greedy')
    filled(memory, 'two', 6, 'greedy')
    filled(memory, 'three', 1, 'greedy')
    expect(['other', 'one', 'two', 'three'].map(key => memory.find(key) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  test('an address may use a quarter of the bytes', () => {
    const memory = new RunMemory(0, { runs: 1000, bytes: 40 * 1024, bytesPerRun: 1 << 20 })
    const run = open(memory, 'a')
    for (let page = 0; page < 40; page++) memory.receive(run, page * PAGE, 0)
    expect([run.pages.size, run.incomplete]).toEqual([9, true])
  })

  test('a run with fewer probes never evicts one with more', () => {
    const memory = new RunMemory(0, { runs: 100, bytes: 8192, bytesPerRun: 1 << 20 })
    const known = ['a', 'b', 'c', 'd', 'e'].map(key => filled(memory, key, 20))
    const late = open(memory, 'late')
    memory.receive(late, 0, 0)
    expect(known.filter(run => run.evicted)).toHaveLength(0)
    expect(late.incomplete).toBe(true)
  })

  test('forged runs evict each other and no real one', () => {
    const memory = new RunMemory(0)
    const real = Array.from({ length: 1000 }, (_, n) => filled(memory, `real ${n}`, 3, `10.0.0.${n & 255}`))
    for (let n = 0; n < 20_000; n++) filled(memory, `forged ${n}`, 1, `198.18.${n >> 8}.${n & 255}`, n)
    expect(real.some(run => run.evicted)).toBe(false)
    expect(memory.evicted).toBe(20_000 + 1000 - RUN_MEMORY_LIMITS.runs)
  })

  test('an address whose only run was evicted starts again', () => {
    const memory = new RunMemory(0, { runs: 8, bytes: 1 << 20, bytesPerRun: 1 << 18 })
    filled(memory, 'first', 1, 'a')
    for (let n = 0; n < 7; n++) filled(memory, `other ${n}`, 3)
    const run = filled(memory, 'second', 3, 'a')
    expect([memory.find('first'), run.incomplete, memory.state(run, 2)]).toEqual([undefined, false, RECEIPT.received])
  })

  test('marks of an evicted run need no memory', () => {
    const memory = new RunMemory(0, { runs: 4, bytes: 1 << 20, bytesPerRun: 1 << 18 })
    const old = filled(memory, 'old', 1, 'a')
    for (let n = 0; n < 4; n++) filled(memory, `run ${n}`, 3)
    expect(old.evicted).toBe(true)
    for (let page = 0; page < 2000; page++) memory.mark(old, page * PAGE, RECEIPT.answered, 0)
    expect(old.pages.size).toBe(1)
  })
})

describe('how long the memory is complete', () => {
  test('since the start', () => {
    const memory = new RunMemory(5 * SECOND)
    expect(memory.completeMs('any', 5 * SECOND + 1500 * MILLISECOND)).toBe(1500)
  })

  test('since a possible eviction of its own data', () => {
    const memory = new RunMemory(0, { runs: 4, bytes: 1 << 20, bytesPerRun: 1 << 18 })
    filled(memory, 'lost', 1)
    for (let n = 0; n < 4; n++) filled(memory, `run ${n}`, 3, `run ${n}`, 2 * SECOND)
    expect(memory.completeMs('lost', 3 * SECOND)).toBe(1000)
    expect(memory.completeMs('run 1', 3 * SECOND)).toBe(3000)
  })
})

test('the accounted bytes are released with their runs', () => {
  // Room for ten: eight runs at a time fit forever, if nothing leaks.
  const memory = new RunMemory(0, { runs: 8, bytes: 10 * (512 + 1024), bytesPerRun: 1 << 20 })
  for (let n = 1; n < 400; n++) {
    const run = filled(memory, `run ${n}`, n, `address ${n}`)
    expect([n, run.incomplete]).toEqual([n, false])
  }
})
