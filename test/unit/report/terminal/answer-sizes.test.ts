import { expect, test } from 'vitest'
import { answerSizeLines } from '../../../../src/report/terminal/answer-sizes.ts'
import { createPalette } from '../../../../src/report/text/palette.ts'

test('a line for each size: what came, and what did not', () => {
  const lines = answerSizeLines(
    [
      { bufsize: 0, requests: 1, fate: 'answered', length: 40, tc: true },
      { bufsize: 1232, requests: 1, fate: 'answered', length: 1210, tc: false },
      { bufsize: 1400, requests: 2, fate: 'late', length: 1390, tc: false },
      { bufsize: 4096, requests: 2, fate: 'silent' },
      { bufsize: 4097, requests: 1, fate: 'unreachable' },
      { bufsize: 4098, requests: 1, fate: 'refused' },
      { bufsize: 4099, requests: 1, fate: 'unfinished' },
      { bufsize: 4100, requests: 2, fate: 'askedAgain', length: 40 },
    ],
    createPalette(false),
  )
  expect(lines.map(line => line.trim().replaceAll(/ {2,}/gu, ' | '))).toEqual([
    'EDNS size | answer',
    'no EDNS | 40 B, cut (TC)',
    '1232 B | 1210 B, whole',
    '1400 B | 1390 B, late',
    '4096 B | none (2 requests)',
    '4097 B | none (ICMP error)',
    '4098 B | not sent: our own kernel refused',
    '4099 B | interrupted',
    '4100 B | the case of the name was not kept',
  ])
})

test('nothing was asked: no lines', () => {
  expect(answerSizeLines([], createPalette(false))).toEqual([])
})
