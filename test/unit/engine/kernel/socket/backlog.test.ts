import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../../src/base/nanos.ts'
import { Backlog } from '../../../../../src/engine/kernel/socket/backlog.ts'
import type { Rows } from '../../../../../src/engine/kernel/socket/rows.ts'
import type { SendBatch } from '../../../../../src/engine/kernel/socket/send-batch.ts'

const EAGAIN = 11
const FD = 5
const ROWS: Rows = {
  bytes: new Uint8Array(0),
  at: new Int32Array(8),
  size: new Int32Array(8),
  stride: new Int32Array(8),
  flow: new Int32Array(8),
  hops: new Uint8Array(8),
}

/** A socket with room for a few rows. */
class Narrow {
  room: number
  readonly refused: number[][] = []

  constructor(room: number) {
    this.room = room
  }

  send(_fd: number, _rows: Rows, from: number, to: number): number {
    const end = Math.min(to, from + this.room)
    this.room -= end - from
    return end
  }

  refuse(_rows: Rows, row: number, errno: number): void {
    this.refused.push([row, errno])
  }

  get batch(): SendBatch {
    return this as unknown as SendBatch
  }
}

test('rows that leave at once', () => {
  const [socket, backlog] = [new Narrow(8), new Backlog()]
  expect(backlog.send(socket.batch, FD, ROWS, 4, 0)).toBe(true)
  expect([backlog.next, backlog.until, socket.refused]).toEqual([4, Infinity, []])
})

test('all rows that wait longer than the limit are refused, with one wait', () => {
  const [socket, backlog] = [new Narrow(1), new Backlog()]
  expect(backlog.send(socket.batch, FD, ROWS, 4, 0)).toBe(false)
  expect(backlog.until).toBe(SECOND)
  expect(backlog.send(socket.batch, FD, ROWS, 4, SECOND - 1)).toBe(false)
  expect(backlog.send(socket.batch, FD, ROWS, 4, SECOND)).toBe(true)
  expect(socket.refused).toEqual([1, 2, 3].map(row => [row, EAGAIN]))
  expect(backlog.until).toBe(Infinity)
})

test('a row that is sent extends the wait of the next ones', () => {
  const [socket, backlog] = [new Narrow(1), new Backlog()]
  backlog.send(socket.batch, FD, ROWS, 4, 0)
  socket.room = 1
  expect(backlog.send(socket.batch, FD, ROWS, 4, SECOND - 1)).toBe(false)
  expect([backlog.next, backlog.until]).toEqual([2, 2 * SECOND - 1])
})

test('a wait for all rows together is not extended, because nobody is served meanwhile', () => {
  const [socket, backlog] = [new Narrow(1), new Backlog(4 * MILLISECOND, true)]
  backlog.send(socket.batch, FD, ROWS, 4, 0)
  socket.room = 1
  expect(backlog.send(socket.batch, FD, ROWS, 4, 3 * MILLISECOND)).toBe(false)
  expect([backlog.next, backlog.until]).toEqual([2, 4 * MILLISECOND])
  socket.room = 1
  expect(backlog.send(socket.batch, FD, ROWS, 4, 4 * MILLISECOND)).toBe(true)
  expect(socket.refused).toEqual([[3, EAGAIN]])
})
