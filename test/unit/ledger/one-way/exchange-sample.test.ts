import { expect, test } from 'vitest'
import { ExchangeSample } from '../../../../src/ledger/one-way/exchange-sample.ts'

function pushAll(sample: ExchangeSample, count: number, from = 0): void {
  for (let n = from; n < from + count; n++) sample.push(n, n + 1, n + 2, n + 3)
}

test('with room for all: every exchange in its columns, settled once', () => {
  const sample = new ExchangeSample(1000)
  pushAll(sample, 300)
  const seen: number[][] = []
  sample.visit(row => seen.push([...row]))
  expect(seen).toHaveLength(300)
  expect(seen[7]).toEqual([7, 8, 9, 10, 0])
  sample.settle(row => {
    row[4] = (row[0] ?? 0) * 2
    return row[0] !== 5
  })
  expect(sample.sorted(4)).toHaveLength(299)
  expect(sample.sorted(4)[298]).toBe(598)
  pushAll(sample, 1, 1000)
  expect(sample.sorted(4)).toHaveLength(299)
  sample.settle(() => true)
  expect(sample.sorted(0)).toHaveLength(300)
  expect(sample.isWhole).toBe(true)
})

test('with more than fit: a uniform sample, over residue classes and over time', () => {
  const sample = new ExchangeSample(4096)
  const count = 200_000
  for (let n = 0; n < count; n++) {
    sample.push(n, n % 2, n % 10, 0)
    if (n === count / 2) sample.settle(() => true)
  }
  sample.settle(() => true)
  const times = sample.sorted(0)
  expect(sample.isWhole).toBe(false)
  expect(times.length).toBeGreaterThan(2048 * 0.9)
  expect(times.length).toBeLessThanOrEqual(4096)
  const share = (column: number, value: number): number =>
    sample.sorted(column).filter(one => one === value).length / times.length
  expect(share(1, 0)).toBeCloseTo(1 / 2, 1)
  for (let digit = 0; digit < 10; digit++) expect(Math.abs(share(2, digit) - 0.1)).toBeLessThan(0.03)
  expect(times.filter(n => n < count / 4).length / times.length).toBeCloseTo(1 / 4, 1)
})
