import { expect, test } from 'vitest'
import { sendWithRetry } from '../../../../src/engine/dgram/retried-send.ts'

const ECONNREFUSED = 111
const EMSGSIZE = 90
const EPERM = 1
const ENETUNREACH = 101
const EHOSTUNREACH = 113

const sixteen = (errno: number): number[] => Array.from({ length: 16 }, () => errno)

/** The callbacks for a datagram whose sends fail with these errors in turn, and then succeed. */
function toldOf(...errnos: readonly number[]): { readonly told: readonly string[]; readonly sends: number } {
  const told: string[] = []
  let sends = 0
  sendWithRetry(
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
  ['its own error', [EPERM, EPERM], ['refused 1'], 2],
  ['an ICMP error between', [EPERM, ECONNREFUSED, EPERM], ['icmp 111', 'refused 1'], 3],
  // Several errors of earlier datagrams may be pending between two tries.
  ['two errors of earlier ones', [EHOSTUNREACH, ENETUNREACH], ['recovered 113', 'recovered 101'], 3],
  ['an error that may be ICMP’s, again and again', sixteen(EHOSTUNREACH), ['refused 113'], 16],
  ['too big, again and again', sixteen(EMSGSIZE), ['refused 90'], 16],
  ['an error of an earlier one, then its own', [EHOSTUNREACH, EPERM], ['refused 1'], 2],
])('%s', (_, errnos, told, sends) => {
  expect(toldOf(...errnos)).toEqual({ told, sends })
})

test('retries end if errors do not', () => {
  const { told, sends } = toldOf(...Array.from({ length: 1000 }, () => ECONNREFUSED))
  expect(told.at(-1)).toBe('refused 111')
  expect(sends).toBe(80)
})
