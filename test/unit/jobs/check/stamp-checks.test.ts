import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planSuite } from '../../../../src/jobs/check/suite-plan.ts'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { failure } from '../../../helpers/refused.ts'

const SECRET = '5'.repeat(64)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-checks-'))
  writeFileSync(join(folder, 'keys'), `1 ${SECRET}\n`, { mode: 0o600 })
})
afterAll(() => rmSync(folder, { recursive: true }))

function plan(check: string) {
  return planSuite(readYaml(join(folder, 'a.yaml'), `checks: [{ name: a, ${check} }]`)).checks
}

function mistake(check: string): readonly (string | undefined)[] {
  const { message, hint } = failure(() => plan(check))
  return [message.replace(`${folder}/`, ''), hint]
}

describe('a check with run: stamp', () => {
  test('is planned, with the options of stamp send', () => {
    const [check] = plan('run: stamp, target: router, tlv: [cos, direct], dscp: ef, size: 1000, expect: loss==0')
    expect(check?.plan).toMatchObject({ expected: 'loss==0', total: 10 })
    expect(plan('run: stamp, target: router, keyFile: keys, keyId: 1, twampLight: false')).toHaveLength(1)
    expect(plan('run: stamp, target: router, for: { timestamps: [ntp, ptp], ssid: [1, 2] }')).toHaveLength(4)
  })

  test.each([
    [
      'run: stamp, serve: {}',
      'a.yaml:1:40: serve starts an echo server, which reflects no STAMP packets',
      'write target: host:862',
    ],
    [
      'protocol: irtt, serve: {}',
      'a.yaml:1:44: serve starts an echo server, which does not speak irtt',
      'write target: host:2112',
    ],
    [
      'run: stamp, target: router, size: 45',
      'a.yaml:1:55: size 45 cannot be made: padding needs a TLV header of 4 bytes',
      'write size 44 or size 48, or add twampLight',
    ],
    [
      'run: stamp, target: router, tlv: [cos, dirct]',
      'a.yaml:1:60: tlv cannot be "dirct": it is cos, direct, followup or timestamp',
      'did you mean direct?',
    ],
    [
      'run: stamp, target: router, receipts: false',
      'a.yaml:1:49: there is no key "receipts" for what this check runs',
      'receipts is a key of run: send, sweep, mtu and rate',
    ],
    [
      'target: router, tlv: cos',
      'a.yaml:1:37: there is no key "tlv" for what this check runs',
      'tlv is a key of run: stamp',
    ],
    [
      'run: stamp, target: router, keyFile: ../keys',
      'a.yaml:1:58: the file ../keys is outside of the folder of the check file',
      'move it there, or allow it with --allow-files',
    ],
  ])('%s', (check, message, hint) => {
    expect(mistake(check)).toEqual([message, hint])
  })

  test.skipIf(process.platform === 'win32')('refuses a key file that others can read, without its content', () => {
    const file = join(folder, 'open')
    writeFileSync(file, `1 ${SECRET}\n`)
    chmodSync(file, 0o644)
    const [message] = mistake('run: stamp, target: router, keyFile: open')
    expect(message).toContain('others than its owner have access')
    expect(message).not.toContain(SECRET)
  })
})
