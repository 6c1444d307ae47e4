import { expect, test } from 'vitest'
import { sendWithRetry } from '../../../../src/engine/dgram/retried-send.ts'

const ECONNREFUSED = 111
const EMSGSIZE = 90
const EPERM = 1
const ENETUNREACH = 101
const EHOSTUNREACH = 113

const repeated = (errno: number, count: number): number[] => Array.from({ length: count }, () => errno)
/** More tries than any send has. */
const ALWAYS = 1000

/** The callbacks for a datagram whose sends fail with these errors in turn, and then succeed. */
function toldOf(...errnos: readonly number[]): {
  readonly told: readonly string[]
  readonly sends: number
  readonly pauses: readonly number[]
} {
  const told: string[] = []
  const pauses: number[] = []
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
    (work, ms) => {
      pauses.push(ms)
      work()
    },
  )
  return { told, sends, pauses }
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
  ['an error that may be ICMP’s, again and again', repeated(EHOSTUNREACH, ALWAYS), ['refused 113'], 64],
  ['too big, again and again', repeated(EMSGSIZE, ALWAYS), ['refused 90'], 64],
  ['an error of an earlier one, then its own', [EHOSTUNREACH, EPERM], ['refused 1'], 2],
])('%s', (_, errnos, told, sends) => {
  expect(toldOf(...errnos)).toMatchObject({ told, sends })
})

test('errors that come as fast as they are taken: a pause after 16 tries, longer ones after more', () => {
  expect(toldOf(...repeated(EHOSTUNREACH, 15)).pauses).toEqual([])
  const { told, pauses } = toldOf(...repeated(EHOSTUNREACH, 40))
  expect(told).toEqual(repeated(EHOSTUNREACH, 40).map(errno => `recovered ${errno}`))
  expect(pauses).toEqual([1, 4])
  expect(toldOf(...repeated(EHOSTUNREACH, ALWAYS)).pauses).toEqual([1, 4, 16])
  expect(toldOf(EPERM, EPERM).pauses).toEqual([])
})

test('without pauses it is refused after 16 tries', () => {
  const told: string[] = []
  let sends = 0
  const send = (sent: (error: Error | null) => void): void => {
    sends += 1
    sent(Object.assign(new Error('send'), { errno: -EHOSTUNREACH }))
  }
  sendWithRetry(send, { icmp: () => told.push('icmp'), refused: errno => told.push(`refused ${errno}`) })
  expect({ told, sends }).toEqual({ told: ['refused 113'], sends: 16 })
})

test('retries end if errors do not', () => {
  const { told, sends } = toldOf(...repeated(ECONNREFUSED, ALWAYS))
  expect(told.at(-1)).toBe('refused 111')
  expect(sends).toBe(128)
})
