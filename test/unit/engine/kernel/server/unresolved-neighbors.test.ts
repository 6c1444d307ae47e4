import { expect, test } from 'vitest'
import { SECOND } from '../../../../../src/base/nanos.ts'
import { UnresolvedNeighbors } from '../../../../../src/engine/kernel/server/unresolved-neighbors.ts'

const EHOSTUNREACH = 113
const ECONNREFUSED = 111

test.each([
  ['10.0.0.1', EHOSTUNREACH, '10.0.0.1', true],
  ['10.0.0.1', ECONNREFUSED, '10.0.0.1', false],
  // A router reports another network, and anybody can forge such a report.
  ['10.0.0.1', EHOSTUNREACH, '10.0.0.254', false],
  ['10.0.0.1', EHOSTUNREACH, '127.0.0.1', false],
  ['10.0.0.1', EHOSTUNREACH, undefined, false],
  ['fe80::1%eth0', EHOSTUNREACH, 'fe80::1', true],
  ['fe80::1%eth0', EHOSTUNREACH, 'fe80::2%eth0', false],
  // For a wildcard socket every address of this host is its own.
  ['0.0.0.0', EHOSTUNREACH, '127.0.0.1', true],
  ['0.0.0.0', EHOSTUNREACH, '192.0.2.1', false],
  ['::', EHOSTUNREACH, '::ffff:127.0.0.1', true],
  ['::', EHOSTUNREACH, '::1', true],
  ['::', EHOSTUNREACH, '2001:db8::1', false],
])('bound to %s: errno %i reported by %s', (address, errno, reporter, expected) => {
  const neighbors = new UnresolvedNeighbors({ address, port: 9000, family: 'udp4' })
  const error = { errno, type: 3, code: 1, ...(reporter === undefined ? {} : { reporter }) }
  expect(neighbors.has(error, 0)).toBe(expected)
  expect(neighbors.has(error, 2 * SECOND)).toBe(expected)
})
