import { expect, test } from 'vitest'
import { renderCsv } from '../../../../src/report/formats/csv.ts'
import type { ProbeRow } from '../../../../src/verdict/probe-row.ts'
import { HOSTILE, STEERING } from '../result-files.ts'

const INTACT: ProbeRow = {
  seq: 0,
  client: 0,
  size: 128,
  sentMs: 0.1,
  fate: 'intact',
  rttMs: 0.1 + 0.2,
  arrivedMs: 0.4,
  scheduledMs: -0,
  copies: 0,
}

test('a header and one row per probe; unobserved values are empty', () => {
  const rows: ProbeRow[] = [
    INTACT,
    {
      seq: 1,
      client: 0,
      size: 4000,
      sentMs: 100,
      fate: 'truncated',
      rttMs: NaN,
      copies: 2,
      cutAt: 1024,
      side: 'request',
    },
    { seq: 2, client: 1, size: 70_000, fate: 'refused', copies: 0, detail: 'EMSGSIZE, "too big"' },
  ]
  expect([...renderCsv(rows)].join('')).toBe(
    [
      'seq,client,size,sentMs,fate,rttMs,arrivedMs,scheduledMs,copies,cutAt,side,detail',
      '0,0,128,0.1,intact,0.3,0.4,0,0,,,',
      '1,0,4000,100,truncated,,,,2,1024,request,',
      '2,1,70000,,refused,,,,0,,,"EMSGSIZE, ""too big"""',
      '',
    ].join('\n'),
  )
})

test('chunks of whole lines, made as they are read', () => {
  let read = 0
  function* rows(): Iterable<ProbeRow> {
    for (let seq = 0; seq < 10_000; seq++) {
      read += 1
      yield { ...INTACT, seq }
    }
  }
  let lines = 0
  for (const chunk of renderCsv(rows())) {
    expect(chunk.endsWith('\n')).toBe(true)
    lines += chunk.split('\n').length - 1
    expect(read).toBeLessThanOrEqual(lines)
  }
  expect(lines).toBe(10_001)
})

test('no rows: only the header; hostile details are printable', () => {
  expect([...renderCsv([])].join('').split('\n')).toHaveLength(2)
  expect([...renderCsv([{ ...INTACT, detail: HOSTILE }])].join('')).not.toMatch(STEERING)
})
