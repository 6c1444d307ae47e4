import { expect, test } from 'vitest'
import { versionOf } from '../../../../src/jobs/exporter/ip-version.ts'

test.each([
  [{}, undefined],
  [{ ipv4: true }, 4],
  [{ ipv6: true, bind: '::1' }, 6],
  [{ bind: '127.0.0.1' }, 4],
  [{ bind: '[fd00::1]:9001' }, 6],
])('of %j', (options, version) => {
  expect(versionOf(options)).toBe(version)
})
