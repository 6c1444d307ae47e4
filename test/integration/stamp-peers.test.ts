import { describe, expect, test } from 'vitest'
import { STAMP_KEY, runScapySender, runStampSender, startPythonReflector } from '../helpers/stamp-peers.ts'

const COS = '800400048c000000'

describe('stamp_reflector.py and stamp_sender.py, which judge udptool, agree', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['stateless', [], []],
    ['stateful, longer requests', ['--stateful'], ['--stateful', '--size', '300', '--ssid', '77']],
    ['PTP', ['--clock', 'ptp'], ['--ptp', '--reply-ptp']],
    [
      'authenticated, with an HMAC TLV',
      ['--key', STAMP_KEY],
      ['--key', STAMP_KEY, '--tail', COS, '--sign-tlvs', '--tail-pattern', '000400048c000000'],
    ],
    [
      'authenticated, and silent to what is forged',
      ['--key', STAMP_KEY],
      ['--key', STAMP_KEY, '--bad', 'hmac', '--bad', 'mbz-hmac', '--bad', 'base', '--bad', 'short'],
    ],
    ['TWAMP-Light', [], ['--light', '--size', '14', '--bad', 'multiplier', '--bad', 'empty']],
  ])('%s', async (_, reflect, send) => {
    await using reflector = await startPythonReflector(...reflect)
    expect(await runStampSender(reflector.at, '--count', '3', ...send)).toMatchObject({ sent: 3, wrong: [] })
  })

  test('scapy builds and reads the same octets', async () => {
    await using reflector = await startPythonReflector('--stateful', '--direct')
    const tail = `${COS}8005000c${'00'.repeat(12)}`
    const sent = [
      '--stateful',
      '--ssid',
      '7',
      '--size',
      '120',
      '--tail',
      tail,
      '--tail-pattern',
      '000400048c0000000005000c.*',
    ]
    expect(await runScapySender(reflector.at, ...sent)).toMatchObject({ sent: 5, wrong: [] })
  })

  test.each<[string, readonly string[], readonly string[]]>([
    ['HMAC', ['--key', STAMP_KEY, '--sign', `ff${STAMP_KEY.slice(2)}`], ['--key', STAMP_KEY]],
    ['number', ['--stateful'], ['--first', '5']],
    ['times', ['--clock', 'wrong'], []],
    ['bit Z', ['--clock', 'ptp'], []],
    ['Multiplier', ['--error', '0f00'], []],
    ['tail', ['--tlvs', 'unknown'], ['--size', '48']],
    ['length', ['--light', '40'], []],
  ])('the sender detects a wrong reply: %s', async (what, reflect, send) => {
    await using reflector = await startPythonReflector(...reflect)
    const { wrong } = await runStampSender(reflector.at, '--count', '1', ...send)
    expect(wrong.map(([name]) => name)).toContain(what)
  })
})
