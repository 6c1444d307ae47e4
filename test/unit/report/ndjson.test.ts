import { expect, test } from 'vitest'
import { renderNdjson } from '../../../src/report/ndjson.ts'
import { HOSTILE, savedResult, STEERING } from './result-files.ts'

test('an object a line: the probes, then the result', () => {
  const result = savedResult('cut-1024')
  const rows = [
    { seq: 0, client: 0, size: 4000, sentMs: 0.0812341, fate: 'truncated', rttMs: 0.07, copies: 0, cutAt: 1024 },
    { seq: 1, client: 0, size: 4000, fate: 'refused', copies: 0, detail: HOSTILE },
  ]
  const text = [...renderNdjson(rows, result)].join('')
  expect(text).not.toMatch(STEERING)
  const lines = text.split('\n')
  expect(lines.pop()).toBe('')
  expect(lines.map(line => JSON.parse(line))).toEqual([
    {
      type: 'probe',
      seq: 0,
      client: 0,
      size: 4000,
      sentMs: 0.081234,
      fate: 'truncated',
      rttMs: 0.07,
      copies: 0,
      cutAt: 1024,
    },
    { type: 'probe', seq: 1, client: 0, size: 4000, fate: 'refused', copies: 0, detail: HOSTILE },
    { type: 'result', ...result },
  ])
  expect(lines[0]?.startsWith('{"type":"probe","seq":0,')).toBe(true)
  expect(lines[2]?.startsWith('{"type":"result","schema":"udptool/result/1",')).toBe(true)
})
