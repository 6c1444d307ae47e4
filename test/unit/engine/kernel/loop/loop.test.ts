import { expect, test } from 'vitest'
import { MILLISECOND, SECOND, type Nanos } from '../../../../../src/base/nanos.ts'
import { createInbox, createOutbox } from '../../../../../src/engine/batch.ts'
import type { Clock } from '../../../../../src/engine/clock.ts'
import { runLoop, type Driver } from '../../../../../src/engine/kernel/loop/loop.ts'
import { COMMAND } from '../../../../../src/engine/kernel/loop/waker.ts'
import type { Libc } from '../../../../../src/engine/kernel/system/libc.ts'
import type { Machine } from '../../../../../src/machines/machine.ts'

/** A machine that wants to be called each second, five times, on a manual clock; and a driver without sockets. */
class Bench {
  now: Nanos = 0
  readonly calls: string[] = []
  /** Runs in the wait with this number, at the time when it should end. */
  onWait: (wait: number) => void = () => {}
  /** The waker: a command, and the number of messages. */
  readonly command = Int32Array.of(COMMAND.run, 0)
  #sent = 0
  #waits = 0

  run(): string[] {
    const driver: Driver = {
      outbox: createOutbox(1, 0),
      inbox: createInbox(1),
      flush: () => true,
      take: () => 0,
      answer: () => {},
      wait: until => {
        this.now = Math.max(this.now, until)
        this.onWait(this.#waits)
        this.#waits += 1
      },
      readMessages: () => void this.calls.push('read messages'),
      catchUp: () => void this.calls.push('catch up'),
    }
    const clock = { now: () => this.now } as unknown as Clock
    const reporter = { due: Infinity, changed: () => {}, post: () => {} }
    const libc = {
      read: () => {
        this.calls.push('clear')
        return 8
      },
    } as unknown as Libc
    runLoop(this.#machine(), driver, reporter, { command: this.command, fd: 3 }, libc, clock)
    return this.calls
  }

  #machine(): Machine {
    const isClosed = (): boolean => this.#sent === 5
    return {
      send: (_, now) => {
        this.#sent += 1
        this.calls.push(`send at ${now / SECOND}`)
        return now + SECOND
      },
      receive: () => {},
      refused: () => {},
      unreachable: () => {},
      stop: () => void this.calls.push('stop'),
      evict: () => {},
      get closed() {
        return isClosed()
      },
    }
  }
}

test('a loop that is called on time does not catch up', () => {
  const bench = new Bench()
  bench.onWait = () => (bench.now += 10 * MILLISECOND)
  expect(bench.run()).not.toContain('catch up')
})

test('after a suspension everything that has arrived is received before the machine is called', () => {
  const bench = new Bench()
  bench.onWait = wait => (bench.now += wait === 1 ? 5 * SECOND : 0)
  expect(bench.run()).toEqual(['send at 0', 'send at 1', 'catch up', 'send at 7', 'send at 8', 'send at 9'])
})

test('announced messages are read once, after the waker is cleared', () => {
  const bench = new Bench()
  bench.onWait = wait => (wait === 2 ? Atomics.add(bench.command, 1, 3) : 0)
  const calls = bench.run()
  expect(calls.slice(3, 6)).toEqual(['clear', 'read messages', 'send at 3'])
  expect(calls.filter(call => call === 'read messages')).toHaveLength(1)
})
