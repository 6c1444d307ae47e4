import { expect, test } from 'vitest'
import { checkSchema } from '../../../../src/schema/check.ts'
import { mergeSuites } from '../../../../src/verdict/suite/merged-suite.ts'
import { suiteOfOne } from '../../../../src/verdict/suite/suite-of-one.ts'
import { runWith } from '../compared.ts'
import { facts, judged, request } from '../query/facts.ts'

const good = runWith([1, 2], { startedAt: '2026-01-01T00:00:09.000Z', durationMs: 30 }).result
const bad = runWith([NaN, NaN], { startedAt: '2026-01-01T00:00:05.000Z', durationMs: 12 }).result

test('one check per Result, named by its file; ledgers stay separate', () => {
  const suite = mergeSuites([
    { file: 'runs/a.json', result: good },
    { file: 'runs/b.json', result: bad },
  ])
  expect(checkSchema.safeParse(suite).error?.issues ?? []).toEqual([])
  expect(suite.checks.map(({ id, name, verdict, result }) => [id, name, verdict, result])).toEqual([
    ['runs/a.json', 'a.json: send to 127.0.0.1:9000', 'pass', good],
    ['runs/b.json', 'b.json: send to 127.0.0.1:9000', 'fail', bad],
  ])
  expect(suite).toMatchObject({
    command: 'report',
    startedAt: '2026-01-01T00:00:05.000Z',
    durationMs: 42,
    passed: 1,
    failed: 1,
    verdict: 'fail',
  })
})

test('a query is a check with its document', () => {
  const query = judged(facts([request()]))
  const { checks, verdict, tool } = mergeSuites([
    { file: 'runs/dns.json', query },
    { file: 'runs/a.json', result: good },
  ])
  expect(checks.map(check => [check.id, check.verdict, check.query])).toEqual([
    ['runs/dns.json', 'fail', query],
    ['runs/a.json', 'pass', undefined],
  ])
  expect([verdict, tool]).toEqual(['fail', query.tool])
})

test('every check of a suite, and a file given twice', () => {
  const suite = { ...suiteOfOne(good), interrupted: true }
  const merged = mergeSuites([
    { file: 'x/suite.json', suite },
    { file: 'y/a.json', result: good },
    { file: 'y/a.json', result: good },
  ])
  expect(merged.checks.map(({ id }) => id)).toEqual(['x/suite.json/send', 'y/a.json', 'y/a.json#2'])
  expect(merged.checks.map(({ name }) => name.split(':')[0])).toEqual(['x/suite.json', 'y/a.json', 'y/a.json'])
  expect(merged.interrupted).toBe(true)
})

test.each([
  [
    ['a.json', 'b.json'],
    ['a.json', 'b.json'],
  ],
  [
    ['/r/a.json', '/r/b.json'],
    ['a.json', 'b.json'],
  ],
  [
    ['/r/1/a.json', '/r/2/a.json'],
    ['1/a.json', '2/a.json'],
  ],
  [
    ['r/a.json', '/r/a.json'],
    ['r/a.json', '/r/a.json'],
  ],
])('%s are called %s', (files, names) => {
  const [first = '', second = ''] = files
  const { checks } = mergeSuites([
    { file: first, result: good },
    { file: second, result: good },
  ])
  expect(checks.map(({ name }) => name.replace(': send to 127.0.0.1:9000', ''))).toEqual(names)
})
