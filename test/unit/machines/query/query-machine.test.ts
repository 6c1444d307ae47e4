import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import type { DnsAnswer, NtpAnswer } from '../../../../src/wire/services/answers.ts'
import type { Service } from '../../../../src/wire/services/service.ts'
import {
  fatesOf,
  SECOND_SERVER,
  SERVER,
  simulate,
  STRANGER,
  textBytes,
  textService,
  type Asked,
  type Event,
} from './query-harness.ts'

const answer = ({ number }: Asked, at = 10): Event => ({ at, text: `=${number}` })
const silent = (): readonly Event[] => []

describe('one request', () => {
  test('an answer within the timeout ends the run at once', () => {
    const run = simulate({}, asked => [answer(asked)])
    expect(run.facts.requests).toMatchObject([{ question: 0, attempt: 0, fate: 'answered', rtt: 10e6 }])
    expect(run.facts.requests[0]?.reply).toEqual(textBytes('=0'))
    expect(run.facts.requests[0]?.answeredAt).toEqual({ seconds: 0, nanos: 10e6 })
    expect(run.ended).toBe(10)
  })

  test('without an answer it is silent, and stays open as long again for a late one', () => {
    const run = simulate({}, silent)
    expect(fatesOf(run)).toEqual(['silent'])
    expect(run.ended).toBe(2000)
  })

  test('with a long timeout it stays open for 2 s after it', () => {
    expect(simulate({ timeout: 10 * SECOND }, silent).ended).toBe(12_000)
  })

  test('an answer at the last moment of the timeout is in time, a moment later it is late', () => {
    expect(fatesOf(simulate({}, asked => [answer(asked, 1000)]))).toEqual(['answered'])
    const late = simulate({}, asked => [answer(asked, 1001)])
    expect(late.facts.requests).toMatchObject([{ fate: 'late', rtt: 1001e6 }])
    expect(late.ended).toBe(1001)
  })

  test('an answer after it was closed is seen by nobody', () => {
    const run = simulate({}, asked => [answer(asked, 2001)])
    expect(fatesOf(run)).toEqual(['silent'])
    expect(run.delivered).toBe(0)
  })

  test('datagrams that answer nothing are counted, and do not end the wait', () => {
    const run = simulate({}, asked => [
      { at: 1, text: '=77' },
      { at: 2, text: 'noise' },
      { at: 3, text: '=0', from: STRANGER },
      { at: 4, text: 'noise', from: STRANGER },
      answer(asked, 20),
    ])
    expect(run.facts).toMatchObject({ unmatched: 1, malformed: 1, foreign: 2, duplicates: 0 })
    expect(run.facts.why).toBe('it is no text of the protocol')
    expect(run.facts.foreignSources).toEqual([{ ...STRANGER, count: 2, answers: 1 }])
    expect(run.facts.requests).toMatchObject([{ fate: 'answered', rtt: 20e6 }])
  })

  test('the right answer from another address is never taken', () => {
    const run = simulate({}, () => [{ at: 5, text: '=0', from: { ...SERVER, port: 54 } }])
    expect(fatesOf(run)).toEqual(['silent'])
    expect(run.facts.foreignSources).toMatchObject([{ port: 54, answers: 1 }])
  })

  test('the local kernel refuses to send: no wait', () => {
    const run = simulate({}, () => [{ at: 0, refusal: 'ENETUNREACH' }])
    expect(run.facts.requests).toMatchObject([{ fate: 'refused', error: 'ENETUNREACH' }])
    expect(run.ended).toBe(0)
  })
})

describe('ICMP errors', () => {
  test('a closed port ends the wait at once', () => {
    const run = simulate({}, () => [{ at: 1, icmp: 'ECONNREFUSED' }])
    expect(run.facts.requests).toMatchObject([{ fate: 'unreachable', error: 'ECONNREFUSED' }])
    expect(run.ended).toBe(1)
  })

  test('another error counts if no answer comes in time', () => {
    const run = simulate({}, () => [{ at: 1, icmp: 'EHOSTUNREACH' }])
    expect(run.facts.requests).toMatchObject([{ fate: 'unreachable', error: 'EHOSTUNREACH' }])
    expect(run.ended).toBe(2000)
  })

  test('an answer disproves it, in time or late', () => {
    for (const [at, fate] of [
      [500, 'answered'],
      [1500, 'late'],
    ] as const) {
      const run = simulate({}, asked => [{ at: 1, icmp: 'EHOSTUNREACH' }, answer(asked, at)])
      expect(run.facts.requests).toMatchObject([{ fate }])
      expect(run.facts.requests[0]).not.toHaveProperty('error')
    }
  })

  test('one after the timeout still explains the silence', () => {
    const run = simulate({}, () => [{ at: 1500, icmp: 'EHOSTUNREACH' }])
    expect(run.facts.requests).toMatchObject([{ fate: 'unreachable', error: 'EHOSTUNREACH' }])
  })

  test('"too big" is not believed for a small packet', () => {
    expect(fatesOf(simulate({}, () => [{ at: 1, icmp: 'EMSGSIZE' }]))).toEqual(['silent'])
  })

  test('the first one counts, except that a closed port is certain', () => {
    const run = (second: string): unknown =>
      simulate({}, () => [
        { at: 1, icmp: 'EHOSTUNREACH' },
        { at: 2, icmp: second },
      ]).facts.requests[0]?.error
    expect(run('EACCES')).toBe('EHOSTUNREACH')
    expect(run('ECONNREFUSED')).toBe('ECONNREFUSED')
  })

  test('after that of a closed port the port of the request is open until its timeout, no longer', () => {
    const run = (at: number): unknown =>
      fatesOf(
        simulate({ retries: 1 }, ({ attempt }) =>
          attempt === 0
            ? [
                { at: 1, icmp: 'ECONNREFUSED' },
                { at, text: '=0' },
              ]
            : [],
        ),
      )
    expect(run(999)).toEqual(['answered', 'silent'])
    expect(run(1500)).toEqual(['unreachable', 'silent'])
  })

  test('with one port it is about the last request, or about one before if it was pending', () => {
    const run = (isEarlier: boolean): unknown =>
      fatesOf(
        simulate({ onePort: true, retries: 1 }, ({ attempt }) =>
          attempt === 0 ? [] : [{ at: 1, icmp: 'ECONNREFUSED', isEarlier }],
        ),
      )
    expect(run(false)).toEqual(['silent', 'unreachable'])
    expect(run(true)).toEqual(['unreachable', 'silent'])
  })

  test('one that comes after an answer changes nothing', () => {
    const run = simulate({ count: 2 }, asked => [answer(asked, 1), { at: 2, icmp: 'ECONNREFUSED' }, answer(asked, 900)])
    expect(fatesOf(run)).toEqual(['answered', 'answered'])
  })

  test('an answer after a forged one answers the question', () => {
    const run = simulate({ retries: 1 }, asked =>
      asked.attempt === 0 ? [{ at: 1, icmp: 'ECONNREFUSED' }, answer(asked, 5)] : silent(),
    )
    expect(fatesOf(run)).toEqual(['answered', 'silent'])
    expect(run.ended, 'an answered question waits for no late answer').toBe(1001)
  })
})

describe('copies', () => {
  test('the same bytes, and the same id again, are copies while the run goes on', () => {
    const run = simulate({ count: 2 }, asked =>
      asked.number === 0
        ? [answer(asked, 10), answer(asked, 11), { at: 12, text: '=0 with other contents' }, { at: 13, text: '=9' }]
        : [answer(asked, 20)],
    )
    expect(fatesOf(run)).toEqual(['answered', 'answered'])
    expect(run.facts).toMatchObject({ duplicates: 2, unmatched: 1 })
  })

  test('are counted as long as the run goes on', () => {
    const run = simulate({ count: 2 }, asked => (asked.number === 0 ? [answer(asked, 10), answer(asked, 2005)] : []))
    expect(run.ended).toBe(2010)
    expect(run.facts.duplicates).toBe(1)
  })

  test('a reply without an id is a copy only if its bytes are the same', () => {
    const run = simulate({ count: 2, service: textService(false) }, asked => [
      { at: 10, text: 'hello' },
      ...(asked.number === 0
        ? [
            { at: 11, text: 'hello' },
            { at: 12, text: 'another' },
          ]
        : []),
    ])
    expect(run.facts).toMatchObject({ duplicates: 1, unmatched: 1, why: 'its request has an answer already' })
  })
})

describe('retries, questions, addresses', () => {
  test('as many further requests as allowed, each with its own number', () => {
    const run = simulate({ retries: 2 }, asked => (asked.attempt === 2 ? [answer(asked)] : []))
    expect(run.facts.requests.map(({ question, attempt, fate }) => [question, attempt, fate])).toEqual([
      [0, 0, 'silent'],
      [0, 1, 'silent'],
      [0, 2, 'answered'],
    ])
    expect(run.sentAt).toEqual([0, 1000, 2000])
    expect(run.ended, 'an answered question waits for no late answer').toBe(2010)
  })

  test('a late answer to the first request is not taken for the second', () => {
    const run = simulate({ retries: 1 }, asked => (asked.attempt === 0 ? [answer(asked, 1500)] : []))
    expect(fatesOf(run)).toEqual(['late', 'silent'])
  })

  test('the next question is asked whether the last was answered or not', () => {
    const run = simulate({ count: 3 }, asked => (asked.question === 1 ? [] : [answer(asked)]))
    expect(fatesOf(run)).toEqual(['answered', 'silent', 'answered'])
    expect(run.sentAt).toEqual([0, 10, 1010])
    expect(run.ended, 'the one without an answer stays open').toBe(2010)
  })

  test('the next address follows, then retries in turn; later questions go to the one that answered', () => {
    const addresses = [SERVER, SECOND_SERVER] as const
    const run = simulate({ addresses, retries: 1, count: 2 }, asked =>
      asked.target === SECOND_SERVER ? [answer(asked)] : [],
    )
    expect(run.facts.requests.map(({ target }) => target)).toEqual([SERVER, SECOND_SERVER, SECOND_SERVER])
    const dead = simulate({ addresses, retries: 3 }, silent)
    expect(dead.facts.requests.map(({ target }) => target.address.at(-1)).join('')).toBe('12121')
  })

  test('an address that this host cannot send to gets no retries', () => {
    const run = simulate({ addresses: [SERVER, SECOND_SERVER], retries: 2 }, ({ target }) =>
      target === SERVER ? [{ at: 0, refusal: 'ENETUNREACH' }] : [],
    )
    expect(run.facts.requests.map(({ target }) => target.address.at(-1)).join('')).toBe('1222')
  })

  test('an answer after a forged ICMP error: no further address is tried', () => {
    const addresses = [SERVER, SECOND_SERVER, STRANGER] as const
    const run = simulate({ addresses }, asked =>
      asked.number === 0 ? [{ at: 1, icmp: 'ECONNREFUSED' }, answer(asked, 5)] : [],
    )
    expect(fatesOf(run)).toEqual(['answered', 'silent'])
  })

  test('a doubtful answer is asked again at once, and only once', () => {
    const run = simulate({}, asked => (asked.attempt === 0 ? [{ at: 10, text: '~0' }] : [answer(asked)]))
    expect(run.facts.requests).toMatchObject([
      { fate: 'askedAgain', because: 'caseNotKept', rtt: 10e6 },
      { fate: 'answered', attempt: 1, question: 0 },
    ])
    expect(run.sentAt).toEqual([0, 10])
    const endless = simulate({ retries: 1 }, ({ number }) => [{ at: 10, text: `~${number}` }])
    expect(fatesOf(endless)).toEqual(['askedAgain', 'silent', 'silent'])
    expect(endless.facts.unmatched).toBe(2)
  })

  test('a doubtful answer that is late is late', () => {
    const run = simulate({}, () => [{ at: 1500, text: '~0' }])
    expect(fatesOf(run)).toEqual(['late'])
    expect(run.facts.requests[0]).not.toHaveProperty('because')
  })
})

describe('samples', () => {
  const kiss = { service: 'ntp', kiss: 'RATE' } as NtpAnswer

  test('all are sent in one question, one after the other', () => {
    const run = simulate({ samples: 3 }, asked => [answer(asked)])
    expect(run.facts.requests.map(({ question, attempt }) => [question, attempt])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ])
    expect(run.sentAt).toEqual([0, 10, 20])
  })

  test('off loopback they are 2 s apart', () => {
    const remote = { address: '192.0.2.1', port: 123, family: 'udp4' } as const
    const run = simulate({ samples: 3, addresses: [remote] }, asked => [answer(asked)])
    expect(run.sentAt).toEqual([0, 2000, 4000])
  })

  test('one without an answer is no reason to retry, if another has one', () => {
    const run = simulate({ samples: 3, retries: 5 }, asked => (asked.attempt === 1 ? [] : [answer(asked)]))
    expect(fatesOf(run)).toEqual(['answered', 'silent', 'answered'])
  })

  test('a kiss code ends them (RFC 5905 section 7.4)', () => {
    const service: Service = {
      ...textService(),
      request: () => ({ bytes: textBytes('?'), read: () => ({ what: 'answer', answer: kiss }) }),
    }
    expect(fatesOf(simulate({ samples: 3, service }, () => [{ at: 1, text: 'kiss' }]))).toEqual(['answered'])
  })
})

describe('all requests from one port', () => {
  test('without ids the next one waits until no answer to the last can come', () => {
    const late = { onePort: true, count: 2, service: textService(false) }
    expect(simulate(late, silent).sentAt).toEqual([0, 2000])
    // Copies of an answer may come for 100 ms at least (machines/linger.ts).
    const run = simulate(late, asked => [
      { at: 10, text: 'hello' },
      ...(asked.number === 0 ? [{ at: 50, text: 'hello' }] : []),
    ])
    expect(run.sentAt).toEqual([0, 110])
    expect(run.facts).toMatchObject({ duplicates: 1, unmatched: 0 })
    expect(fatesOf(run)).toEqual(['answered', 'answered'])
  })

  test('with ids it does not, and each answer finds its request', () => {
    const run = simulate({ onePort: true, retries: 2 }, asked => (asked.attempt === 0 ? [answer(asked, 1500)] : []))
    expect(run.sentAt).toEqual([0, 1000, 2000])
    expect(fatesOf(run)).toEqual(['late', 'silent', 'silent'])
  })

  test('an answer to a request that is closed is unmatched', () => {
    const run = simulate({ onePort: true, retries: 3 }, asked => (asked.attempt === 0 ? [answer(asked, 2500)] : []))
    expect(fatesOf(run)).toEqual(['silent', 'silent', 'silent', 'silent'])
    expect(run.facts).toMatchObject({ unmatched: 1, why: 'its id is of another request' })
  })
})

describe('waiting for a service', () => {
  test('asks once a second, at the addresses of that moment, until it is answered', () => {
    const addresses = [SERVER, SECOND_SERVER] as const
    const run = simulate(
      { waitUntil: 30 * SECOND, addresses: [SERVER], resolve: lookup => (lookup < 2 ? [SERVER] : addresses) },
      asked => (asked.target === SECOND_SERVER ? [answer(asked)] : [{ at: 1, icmp: 'ECONNREFUSED' }]),
    )
    expect(run.resolvedAt).toEqual([1000, 2000, 3000])
    expect(run.sentAt).toEqual([0, 1000, 2000, 3000, 3001])
    expect(run.facts.requests.map(({ attempt }) => attempt)).toEqual([0, 1, 2, 3, 4])
    expect(fatesOf(run).at(-1)).toBe('answered')
    expect(run.ended).toBe(3011)
  })

  test('each round tries every address again', () => {
    const addresses = [SERVER, SECOND_SERVER] as const
    const run = simulate({ waitUntil: 2.5 * SECOND, addresses, retries: 1 }, ({ number }) =>
      number === 0 ? [{ at: 0, refusal: 'ENETUNREACH' }] : [],
    )
    expect(run.facts.requests.map(({ target }) => target.address.at(-1)).join('')).toBe('122121')
  })

  test('ends when the time is over', () => {
    const run = simulate({ waitUntil: 3.5 * SECOND }, () => [{ at: 1, icmp: 'ECONNREFUSED' }])
    expect(run.sentAt).toEqual([0, 1000, 2000, 3000])
    expect(run.ended).toBe(3001)
  })

  test('a round with retries takes as long as it takes, and starts the next at once', () => {
    const run = simulate({ waitUntil: 5 * SECOND, retries: 1 }, silent)
    expect(run.sentAt).toEqual([0, 1000, 2000, 3000, 4000, 5000])
  })

  test('later questions are not waited for', () => {
    const run = simulate({ waitUntil: 30 * SECOND, count: 2 }, asked => (asked.question === 0 ? [answer(asked)] : []))
    expect(fatesOf(run)).toEqual(['answered', 'silent'])
    expect(run.resolvedAt).toEqual([])
  })
})

describe('interruption', () => {
  test('a request within its timeout is unfinished; one after it keeps its fate', () => {
    const run = simulate({ retries: 1, stopAt: 1500 }, silent)
    expect(fatesOf(run)).toEqual(['silent', 'unfinished'])
    expect(run.facts.interrupted).toBe(true)
    expect(run.ended).toBe(1500)
  })

  test('before anything was sent there are no requests', () => {
    expect(simulate({ stopAt: 0 }, silent).facts).toMatchObject({ requests: [], interrupted: true })
  })
})

describe('bounds', () => {
  test('a flood from many addresses keeps the first few, and one with an answer takes the place of noise', () => {
    const run = simulate({}, () => [
      ...Array.from({ length: 5000 }, (_, n) => ({ at: 1, text: 'x', from: { ...STRANGER, port: 1000 + n } })),
      { at: 2, text: '=0', from: STRANGER },
    ])
    expect(run.facts.foreign).toBe(5001)
    expect(run.facts.foreignSources).toHaveLength(8)
    expect(run.facts.foreignSources.filter(({ answers }) => answers > 0)).toEqual([
      { ...STRANGER, count: 1, answers: 1 },
    ])
  })

  test('ports of answered requests stay open for copies, but not more than 32', () => {
    const run = simulate({ count: 200 }, asked => [answer(asked, 1)])
    expect(run.mostOpen).toBe(32)
    expect(run.closed).toEqual(Array.from({ length: 200 }, () => 1))
  })

  test('of several sources with an answer each is kept', () => {
    const run = simulate({}, () => [
      ...Array.from({ length: 7 }, (_, n) => ({ at: 1, text: 'x', from: { ...STRANGER, port: 1000 + n } })),
      { at: 2, text: '=0', from: STRANGER },
      { at: 3, text: '=0', from: SECOND_SERVER },
    ])
    expect(run.facts.foreignSources.filter(({ answers }) => answers > 0)).toHaveLength(2)
  })

  test('of many answers of a name server the last one in time keeps its records, and all keep their number', () => {
    const records = [{ name: 'example.org.', type: 'A', class: 'IN', ttl: 300, data: '192.0.2.80' }]
    const read: ReturnType<Service['request']>['read'] = () => ({
      what: 'answer',
      answer: { service: 'dns', answers: 1, records } as unknown as DnsAnswer,
    })
    const service: Service = { ...textService(), name: 'dns', request: () => ({ bytes: textBytes('?'), read }) }
    const run = simulate({ count: 4, service }, ({ number }) => [{ at: number === 3 ? 1001 : 10, text: '!' }])
    expect(fatesOf(run)).toEqual(['answered', 'answered', 'answered', 'late'])
    expect(run.facts.requests.map(one => one.answer)).toMatchObject([
      { answers: 1, records: [] },
      { answers: 1, records: [] },
      { answers: 1, records },
      { answers: 1, records: [] },
    ])
  })

  test('a request that waits for a late answer keeps its port', () => {
    const run = simulate({ count: 60 }, asked => [answer(asked, asked.number === 0 ? 1500 : 1)])
    expect(run.mostOpen).toBe(32)
    expect(fatesOf(run)[0]).toBe('late')
  })

  test('datagrams from other addresses cannot be observed: their number is absent', () => {
    const behave = (asked: Asked): readonly Event[] => [answer(asked)]
    expect(simulate({}, behave).facts.foreign).toBe(0)
    expect(simulate({ isBlind: true }, behave).facts).not.toHaveProperty('foreign')
  })
})
