import { expect, test } from 'vitest'
import { renderNdjson } from '../../../../src/report/formats/ndjson.ts'
import { HOSTILE, STEERING } from '../result-files.ts'

test('one object per line, one line per probe', () => {
  const rows = [
    { seq: 0, client: 0, size: 4000, sentMs: 0.0812341, fate: 'truncated', rttMs: 0.07, copies: 0, cutAt: 1024 },
    { seq: 1, client: 0, size: 4000, fate: 'refused', copies: 0, detail: HOSTILE },
  ]
  const text = [...renderNdjson(rows)].join('')
  expect(text).not.toMatch(STEERING)
  const lines = text.split('\n')
  expect(lines.pop()).toBe('')
  expect(lines.map(line => JSON.parse(line))).toEqual([{ ...rows[0], sentMs: 0.081234 }, rows[1]])
  expect(lines[0]?.startsWith('{"seq":0,"client":0,')).toBe(true)
})
