import { describe, expect, test } from 'vitest'
import { explainFate } from '../../../../src/report/result/evidence.ts'
import { irttPieces } from '../../../../src/report/result/irtt-pieces.ts'
import { replyDscpPieces, stampPieces, tlvPieces } from '../../../../src/report/result/stamp-pieces.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { recordedResult } from '../../schema/recorded-runs.ts'
import { savedResult } from '../result-files.ts'

const direct = recordedResult('stamp-direct.journal')
const restricted = recordedResult('irtt-restricted.journal')

test('of a recorded run of STAMP: what proves directions, the session and the hops', () => {
  expect(stampPieces(direct, false)).toEqual([
    'the reflector counts by Direct Measurement',
    'authenticated by HMAC',
    'SSID 7',
    '1 hop to it',
  ])
  expect(stampPieces(recordedResult('stamp-restarted.journal'), false).slice(0, 2)).toEqual([
    'the reflector is stateful',
    'restarted 2 times',
  ])
  expect(stampPieces(recordedResult('stamp-light.journal'), false)).toEqual([
    'the reflector is stateless: it does not count',
    'TWAMP-Light',
    '1 hop to it',
  ])
  const one = recordedResult('stamp-one.journal')
  expect(stampPieces(one, false)[0]).toBe('not proved whether the reflector counts')
  expect(stampPieces({ ...one, ledger: { ...one.ledger, replies: 0 } }, false)).toEqual(['1 hop to it'])
})

test('of another run: nothing', () => {
  const clean = savedResult('clean')
  expect([stampPieces, tlvPieces, replyDscpPieces, irttPieces].flatMap(pieces => pieces(clean, true))).toEqual([])
})

test('TLVs are listed only if some reply has them otherwise than wanted; with verbose all', () => {
  expect(tlvPieces(direct, false)).toEqual([])
  expect(tlvPieces(direct, true)).toHaveLength(6)
  expect(tlvPieces(recordedResult('stamp-faulty.journal'), false)[0]).toBe(
    'cos 20 sent, 0 recognized, 20 malformed (M)',
  )
})

describe('the DSCP wanted for replies', () => {
  test('is shown with the observed ones', () => {
    expect(replyDscpPieces(direct, false)).toEqual([
      'ef (46) wanted for replies',
      'refused in 50 replies',
      'probes arrived with 0',
      'replies arrived with 0',
    ])
  })

  test('is not shown if replies arrive with it', () => {
    const faulty = recordedResult('stamp-faulty.journal')
    expect(replyDscpPieces(faulty, false)).toEqual([])
    expect(replyDscpPieces(faulty, true)).toEqual(['0 wanted for replies', 'replies arrived with 0'])
  })
})

test('of a session of irtt: what differs from what was asked for', () => {
  expect(irttPieces(restricted, false)).toEqual([
    'authenticated by HMAC',
    'the server changed: duration, stamps',
    'reports how many requests arrived, and which of the last 64',
    'times halfway between receiving and sending by its wall and monotonic clock',
  ])
  expect(irttPieces(restricted, true)).toEqual(
    expect.arrayContaining(['128 bytes every 50 ms', 'for 300 ms', 'TOS 0 of replies', '0 forged']),
  )
})

test('a fate means what the protocol can prove', () => {
  const meaning = (reflector: Result['evidence']['reflector']): string => {
    const evidence = { ...direct.evidence, ...(reflector === undefined ? {} : { reflector }) }
    return explainFate('lostForward', { ...direct, evidence })
  }
  expect(meaning('direct')).toBe('never reached the reflector')
  // The number of such a reflector counts replies, so it may have received the probe.
  expect(meaning('stateful')).toBe('lost before the reflector answered')
  expect(explainFate('intact', direct)).toBe('every copied field right')
  expect(explainFate('intact', restricted)).toBe('header and length right')
  expect(explainFate('lostForward', savedResult('mixed'))).toBe('never reached the server')
})
