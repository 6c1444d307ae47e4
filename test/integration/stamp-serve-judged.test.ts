import { describe, expect, test } from 'vitest'
import {
  STAMP_KEY,
  keyFile,
  runScapySender,
  runStampSender,
  startStampServe,
  type StampSenderTruth,
} from '../helpers/stamp-peers.ts'

/** DSCP 10 is wanted for the reply; the request has DSCP 46 and ECN 1. */
const [COS, TOS] = ['8004000428000000', String((46 << 2) | 1)]
const FOLLOW_UP = `80070010${'00'.repeat(16)}`
/** S_TxC is 9. */
const DIRECT = `8005000c00000009${'00'.repeat(8)}`
/** Location, Return Path and Reflected Test Packet Control. */
const ELSEWHERE = '8002000400000000800a0000800c0000'
const UNCHECKED = `80080010${'ab'.repeat(16)}`
const ANY = ['--tail-pattern', '.*']

function repeated(flag: string, ...values: readonly string[]): readonly string[] {
  return values.flatMap(value => [flag, value])
}

async function judge(reflect: readonly string[], ...send: readonly string[]): Promise<StampSenderTruth> {
  const keys = reflect.includes('--key-file') ? [keyFile()] : []
  await using server = await startStampServe(...reflect, ...keys)
  return await runStampSender(server.at, '--count', '3', ...send)
}

describe('a sender written from the RFCs finds every octet of stamp serve right', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['stateless, the last sequence number', [], ['--first', '4294967294']],
    ['lengths and a session identifier', [], ['--size', '48', '--ssid', '65535']],
    ['a long request', ['--stateful'], ['--stateful', '--size', '1472', '--first', '7']],
    ['PTP to a sender of NTP', ['--timestamps', 'ptp'], ['--reply-ptp']],
    ['NTP to a sender of PTP', [], ['--ptp']],
    ['TWAMP-Light, random padding', ['--twamp-light', '--stateful'], ['--light', '--size', '200', '--stateful']],
    ['TWAMP-Light, 14 octets', ['--twamp-light', '--stateful'], ['--light', '--size', '14', '--stateful']],
    ['silence to what is no request', [], repeated('--bad', 'short', 'empty', 'multiplier', 'reply')],
    ['HMAC', ['--stateful', '--key-file'], ['--key', STAMP_KEY, '--stateful', '--ssid', '3']],
    [
      'silence to what is not authentic',
      ['--key-file'],
      ['--key', STAMP_KEY, ...repeated('--bad', 'hmac', 'mbz-hmac', 'base', 'short', 'multiplier', 'reply', 'replay')],
    ],
    ['the engine dgram', ['--engine', 'dgram', '--stateful'], ['--stateful', '--size', '100']],
    [
      'TWAMP-Light on the engine dgram',
      ['--engine', 'dgram', '--twamp-light', '--stateful'],
      ['--light', '--size', '14', '--stateful'],
    ],
    ['HMAC on the engine dgram', ['--engine', 'dgram', '--key-file'], ['--key', STAMP_KEY, '--bad', 'hmac']],
  ])('%s', async (_, reflect, send) => {
    expect(await judge(reflect, ...send)).toMatchObject({ sent: 3, wrong: [] })
  })

  test.each<[string, string, string, readonly string[], readonly string[]]>([
    // RFC 8972 section 4.4: DSCP1, DSCP2, ECN, RP.
    ['Class of Service', COS, '000400042ae50000', [], ['--tos', TOS]],
    ['Class of Service, where the marks cannot be read', COS, COS, ['--engine', 'dgram'], ['--tos', TOS]],
    ['Timestamp Information', '8003000400000000', '0003000405020502', [], []],
    ['Direct Measurement', DIRECT, '0005000c000000090000000100000001', [], ['--count', '1']],
    ['Follow-Up Telemetry', FOLLOW_UP, '00070010.{24}0[02]000000', ['--stateful'], ['--stateful', '--follow-up']],
    ['Follow-Up Telemetry, stateless', FOLLOW_UP, '000700100{24}..000000', [], []],
    [
      'an unknown type between known ones',
      `${COS}80c80003aabbcc80010001ff`,
      '00040004.{8}80c80003aabbcc00010001ff',
      [],
      [],
    ],
    ['types that would send the reply elsewhere', ELSEWHERE, ELSEWHERE, [], []],
    ['a type that is too long', '80c800ff01', '[4c]0c800ff01', [], []],
    ['a value of a wrong length, and the rest', `800400020000${COS}`, `[4c]00400020000${COS}`, [], []],
    ['an HMAC TLV without a key', `8003000400000000${UNCHECKED}`, `0003000405020502${UNCHECKED}`, [], []],
  ])('the TLV %s', async (_, tail, reply, reflect, send) => {
    const judged = await judge(reflect, '--tail', tail, '--tail-pattern', reply, ...send)
    expect(judged.wrong).toEqual([])
  })

  test('TLVs with an HMAC', async () => {
    const sent = ['--key', STAMP_KEY, '--tail', COS, '--sign-tlvs', ...ANY]
    expect((await judge(['--key-file'], ...sent)).wrong).toEqual([])
  })

  test('scapy builds the requests and reads the replies', async () => {
    await using server = await startStampServe('--stateful')
    const sent = ['--stateful', '--ssid', '9', '--size', '100', '--tail', DIRECT, ...ANY]
    expect(await runScapySender(server.at, ...sent)).toMatchObject({ sent: 5, wrong: [] })
  })
})

test('a reply leaves with the TTL of its request minus 1, and a request with TTL 1 is not answered', async () => {
  await using server = await startStampServe('--engine', 'kernel')
  for (const ttl of [2, 64, 255]) {
    const judged = await runStampSender(server.at, '--count', '2', '--ttl', String(ttl), '--bad', 'hops')
    expect(judged).toMatchObject({ wrong: [], ttls: [ttl - 1, ttl - 1] })
  }
})

test('replies have DSCP 0, or with --allow-dscp that of the Class of Service TLV', async () => {
  for (const [more, tos, reply] of [
    [[], 0, '000400042ae50000'],
    [['--allow-dscp'], 10 << 2, '000400042ae40000'],
  ] as const) {
    await using server = await startStampServe('--engine', 'kernel', ...more)
    const judged = await runStampSender(server.at, '--count', '2', '--tos', TOS, '--tail', COS, '--tail-pattern', reply)
    expect(judged).toMatchObject({ wrong: [], toses: [tos, tos] })
  }
})
