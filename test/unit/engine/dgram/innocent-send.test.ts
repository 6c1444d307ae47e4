import { expect, test } from 'vitest'
import { sendInnocent } from '../../../../src/engine/dgram/innocent-send.ts'

const ECONNREFUSED = 111
const EMSGSIZE = 90

/** What is told of a datagram of which the sends fail with these errors, one after the other, and then work. */
function toldOf(...errnos: readonly number[]): { readonly told: readonly string[]; readonly sends: number } {
  const told: string[] = []
  let sends = 0
  sendInnocent(
    sent => {
      const errno = errnos[sends++]
      sent(errno === undefined ? null : Object.assign(new Error('send'), { errno: -errno }))
    },
    {
      icmp: errno => told.push(`icmp ${errno}`),
      refused: errno => told.push(`refused ${errno}`),
      recovered: errno => told.push(`recovered ${errno}`),
    },
  )
  return { told, sends }
}

test.each([
  ['it leaves', [], [], 1],
  ['an earlier ICMP error', [ECONNREFUSED], ['icmp 111'], 2],
  ['several of them', [ECONNREFUSED, ECONNREFUSED, ECONNREFUSED], ['icmp 111', 'icmp 111', 'icmp 111'], 4],
  ['another error of an earlier one', [EMSGSIZE], ['recovered 90'], 2],
  ['its own error', [EMSGSIZE, EMSGSIZE], ['refused 90'], 2],
  ['an ICMP error between', [EMSGSIZE, ECONNREFUSED, EMSGSIZE], ['icmp 111', 'refused 90'], 3],
])('%s', (_, errnos, told, sends) => {
  expect(toldOf(...errnos)).toEqual({ told, sends })
})

test('errors without end are not waited for', () => {
  const { told, sends } = toldOf(...Array.from({ length: 1000 }, () => ECONNREFUSED))
  expect(told.at(-1)).toBe('refused 111')
  expect(sends).toBe(66)
})
