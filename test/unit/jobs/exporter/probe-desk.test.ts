import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { settle } from '../../../helpers/manual-timers.ts'
import { typedText } from '../../../helpers/typed-text.ts'
import { ProbeBench } from './probe-bench.ts'

const AT = '10.0.0.7:9000'

describe('a request', () => {
  test.each([
    [null, 'small', '400 The parameter target is missing'],
    ['', 'small', '400 The parameter target is missing'],
    [AT, null, '400 The parameter module is missing'],
    [AT, '', '400 The parameter module is missing'],
    [AT, 'smal', '400 There is no module "smal"'],
    [AT, '__proto__', '400 There is no module "__proto__"'],
    ['10.0.0.7:0', 'small', '400 the target cannot be "10.0.0.7:0": nothing can be sent to port 0'],
    ['http://10.0.0.7', 'small', '400 the target cannot be "http://10.0.0.7": a target is no URL'],
    [
      '\u001b[2J',
      'small',
      String.raw`400 the target cannot be "\x1b[2J": it is not host:port, and an IPv6 address with a port stands in brackets`,
    ],
    ['2130706433:9000', 'small', '400 the target cannot be "2130706433:9000": "2130706433" is not an IPv4 address'],
    ['192.0.2.1:9000', 'small', '403 The target "192.0.2.1:9000" is not allowed: see probe.allow in docs/exporter.md'],
    ['10.0.0.7:53', 'small', '403 The target "10.0.0.7:53" is not allowed: see probe.allow in docs/exporter.md'],
    [AT, 'closed', '403 The module "closed" is not in probe.modules'],
  ])('for %s with %s', async (target, module, expected) => {
    const bench = new ProbeBench({ modules: ['small', 'mtu'] })
    expect(await bench.refused(target, module)).toBe(expected)
    expect([bench.runs, bench.lookups, bench.desk.recent]).toEqual([[], [], []])
  })

  test.each([NaN, 0, -1, Infinity])('with the scrape timeout %s', async timeout => {
    expect(await new ProbeBench().refused(AT, 'small', { timeout })).toMatch(/^400 The header X-Prometheus-Scrape/u)
  })

  test('for a name that no entry could allow is refused without a lookup', async () => {
    const bench = new ProbeBench({ allow: ['edge.example:9000', '10.0.0.7:9000'] })
    expect(await bench.refused('secret.evil.test:9000', 'small')).toMatch(/^403 /u)
    expect(bench.lookups).toEqual([])
  })

  test('is counted by module and status, and an unknown module has no name', async () => {
    const bench = new ProbeBench({ modules: ['small'] })
    for (let number = 0; number < 50; number++) await bench.refused(AT, `stranger${number}`)
    await bench.refused(null, 'small')
    await bench.refused(AT, 'closed')
    const { answer } = await bench.ask(AT, 'small')
    await bench.runs[0]?.end()
    expect(answer).toBeUndefined()
    expect(bench.desk.counts).toEqual({
      moduleUnknown: 50,
      requests: [
        { module: '', code: 400, count: 50 },
        { module: 'small', code: 400, count: 1 },
        { module: 'closed', code: 403, count: 1 },
        { module: 'small', code: 200, count: 1 },
      ],
    })
  })

  test('follows a reload at once', async () => {
    const bench = new ProbeBench()
    bench.modules = []
    expect(await bench.refused(AT, 'small')).toBe('400 There is no module "small"')
  })
})

describe('the target', () => {
  test('without a list is one of the groups', async () => {
    const bench = new ProbeBench()
    const { allow: _, ...rules } = bench.rules
    bench.rules = rules
    expect(await bench.refused(AT, 'small')).toMatch(/^403 /u)
    await bench.ask('192.0.2.1:9000', 'small')
    expect(bench.runs.map(({ at }) => at)).toEqual(['192.0.2.1 9000'])
    bench.targets = [AT]
    await bench.ask(AT, 'small')
    expect(bench.runs.map(({ at }) => at)).toEqual(['192.0.2.1 9000', '10.0.0.7 9000'])
  })

  test('is resolved once, and the run gets the address that was checked', async () => {
    const bench = new ProbeBench()
    bench.names = { 'any.test': ['10.0.0.7'] }
    await bench.ask('any.test:9000', 'small')
    bench.names = { 'any.test': ['169.254.169.254'] }
    await bench.runs[0]?.end()
    expect(bench.runs.map(({ at, options }) => [at, options['to']])).toEqual([['10.0.0.7 9000', '10.0.0.7:9000']])
    expect(bench.lookups).toEqual(['any.test'])
    expect(await bench.refused('any.test:9000', 'small')).toMatch(/^403 /u)
  })

  test('of several addresses is the first allowed one', async () => {
    const bench = new ProbeBench()
    bench.names = { 'any.test': ['fd00::1', '192.0.2.9', '::ffff:10.0.0.8', '10.0.0.9'] }
    await bench.ask('any.test:9000', 'small')
    expect(bench.runs.map(({ at }) => at)).toEqual(['10.0.0.8 9000'])
  })

  test.each([['169.254.169.254'], ['::ffff:169.254.169.254'], ['fe80::1%lo'], ['0.0.0.0'], ['224.0.0.1']])(
    'is not %s',
    async address => {
      const bench = new ProbeBench()
      bench.names = { 'any.test': [address], 'edge.example': [address] }
      for (const target of ['any.test:9000', 'edge.example:9000'])
        expect(await bench.refused(target, 'small')).toMatch(/^403 /u)
      expect([bench.runs, bench.desk.recent]).toEqual([[], []])
    },
  )

  test('has only addresses of the IP version of the module', async () => {
    const bench = new ProbeBench({ allow: ['10.0.0.0/8', 'fd00::/8'] })
    bench.modules = [{ name: 'six', run: 'send', settings: {}, options: { ipv6: true } }]
    const { client } = await bench.ask('[fd00::1%lo]:9000', 'six')
    expect(bench.runs.map(({ at }) => at)).toEqual(['fd00::1 9000'])
    client.abort()
    const { answer } = await bench.ask(AT, 'six')
    expect([answer?.status, bench.outcomes.at(-1)?.failure]).toEqual([
      200,
      '10.0.0.7 is not an IPv6 address (leave -6 out)',
    ])
  })
})

describe('an answer', () => {
  test('has the metrics of the run', async () => {
    const bench = new ProbeBench()
    const asked = await bench.ask(AT, 'small', { timeout: 10 })
    await bench.timers.advance(300 * MILLISECOND)
    await bench.runs[0]?.end()
    expect(asked.answer).toEqual({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: 'probe_success 1\n',
    })
    expect(bench.outcomes).toMatchObject([
      {
        target: AT,
        module: { name: 'small', run: 'send', settings: { size: '64' } },
        startedAt: '1970-01-01T00:00:00.000Z',
        durationSeconds: 0.3,
        timeoutSeconds: 9.5,
        lookupSeconds: 0,
        address: { address: '10.0.0.7', port: 9000, family: 'udp4' },
        isShortened: false,
        isSuccess: true,
      },
    ])
  })

  test('with debug has the log', async () => {
    const bench = new ProbeBench()
    const asked = await bench.ask(AT, 'small', { isDebug: true })
    await bench.runs[0]?.end()
    expect(asked.answer).toEqual({ status: 200, type: 'text/plain; charset=utf-8', body: `log of ${AT}: it ran\n` })
  })

  test('is 200 if the expectations failed, and if the run could not start', async () => {
    const bench = new ProbeBench()
    const failed = await bench.ask(AT, 'small')
    await bench.runs[0]?.end(10, 'fail')
    const broken = await bench.ask(AT, 'small')
    await bench.runs[1]?.fail('bind: in use')
    for (const { answer } of [failed, broken]) expect(answer).toMatchObject({ status: 200, body: 'probe_success 0\n' })
    expect(bench.outcomes.map(({ failure }) => failure)).toEqual([undefined, 'bind: in use'])
  })

  test('is 200 if the name has no address', async () => {
    const bench = new ProbeBench()
    const { answer } = await bench.ask('edge.example:9000', 'small')
    expect(answer).toMatchObject({ status: 200, body: 'probe_success 0\n' })
    expect(bench.outcomes[0]).toMatchObject({ failure: expect.stringContaining('edge.example'), lookupSeconds: 0 })
    expect(bench.outcomes[0]).not.toHaveProperty('address')
  })
})

describe('the time', () => {
  test('of a lookup counts', async () => {
    const bench = new ProbeBench()
    bench.names = { 'edge.example': ['10.0.0.7'] }
    bench.pending = []
    await bench.ask('edge.example:9000', 'slow', { timeout: 10 })
    await bench.timers.advance(4 * SECOND)
    bench.pending[0]?.()
    await settle()
    const [run] = bench.runs
    // 5.5 s are left, 4.675 of them for the run: the last second for timeouts, and a tenth for receipts.
    expect(run?.hooks.deadline).toBe(8675)
    expect(run?.options).toMatchObject({ timeout: '1000000us', duration: '3207500us', count: '10' })
    await bench.timers.advance(2 * SECOND)
    await run?.end(4)
    expect(bench.outcomes[0]).toMatchObject({ lookupSeconds: 4, durationSeconds: 6, isShortened: true })
  })

  test('of a lookup that hangs ends with the answer, and its place is taken until it ends', async () => {
    const bench = new ProbeBench({ maxConcurrent: 1 })
    bench.pending = []
    const asked = await bench.ask('edge.example:9000', 'small', { timeout: 5 })
    await bench.timers.advance(4.5 * SECOND - 1)
    expect(asked.answer).toBeUndefined()
    await bench.timers.advance(1)
    expect(asked.answer).toMatchObject({ status: 200, body: 'probe_success 0\n' })
    expect(bench.outcomes[0]?.failure).toBe('the name was not resolved in time')
    expect(bench.outcomes[0]).not.toHaveProperty('lookupSeconds')
    expect(await bench.refused(AT, 'small')).toMatch(/^503 /u)
    bench.pending[0]?.()
    await settle()
    expect(bench.runs).toEqual([])
    await bench.ask(AT, 'small')
    expect(bench.runs).toHaveLength(1)
  })

  test('of a run that does not end', async () => {
    const bench = new ProbeBench()
    const asked = await bench.ask(AT, 'small')
    await bench.timers.advance(120 * SECOND)
    expect(asked.answer).toMatchObject({ status: 200, body: 'probe_success 0\n' })
    expect(bench.outcomes).toMatchObject([{ failure: 'the run did not end in time', durationSeconds: 120 }])
    expect(bench.runs[0]?.isStopped()).toBe(true)
  })

  test('of a search is over before its last timeout', async () => {
    const bench = new ProbeBench()
    await bench.ask(AT, 'mtu', { timeout: 10 })
    const [run] = bench.runs
    await bench.timers.advance(6.65 * SECOND - 1)
    expect(run?.isStopped()).toBe(false)
    await bench.timers.advance(1)
    expect(run?.isStopped()).toBe(true)
    await run?.end(3)
    expect(bench.outcomes[0]).toMatchObject({ isShortened: true })
    expect(bench.timers.waiting).toBe(0)
  })
})

describe('requests at the same time', () => {
  test('for the same target and module share a run', async () => {
    const bench = new ProbeBench()
    bench.names = { 'edge.example': ['10.0.0.7'] }
    const all = [
      await bench.ask('edge.example:9000', 'small'),
      await bench.ask('EDGE.example.:9000', 'small', { isDebug: true }),
    ]
    expect([bench.runs.length, bench.lookups.length]).toEqual([1, 1])
    await bench.runs[0]?.end()
    expect(all.map(({ answer }) => answer?.body)).toEqual(['probe_success 1\n', 'log of edge.example:9000: it ran\n'])
    expect([bench.outcomes.length, bench.desk.recent.length]).toEqual([1, 1])
    await bench.ask('edge.example:9000', 'small')
    expect(bench.runs).toHaveLength(2)
  })

  test('for another module, target or port do not', async () => {
    const bench = new ProbeBench()
    await bench.ask(AT, 'small')
    await bench.ask(AT, 'slow')
    await bench.ask('10.0.0.8:9000', 'small')
    await bench.ask('10.0.0.7:9001', 'small')
    await bench.ask('[::ffff:10.0.0.7]:9001', 'small')
    expect(bench.runs).toHaveLength(4)
  })

  test('with other settings after a reload do not', async () => {
    const bench = new ProbeBench()
    await bench.ask(AT, 'small')
    bench.modules = [{ name: 'small', run: 'send', settings: { size: '65' }, options: { size: '65' } }]
    await bench.ask(AT, 'small')
    expect(bench.runs.map(({ options }) => options['size'])).toEqual(['64', '65'])
  })

  test('above maxConcurrent are refused until one ends', async () => {
    const bench = new ProbeBench({ maxConcurrent: 2 })
    await bench.ask(AT, 'small')
    await bench.ask('10.0.0.8:9000', 'small')
    expect(await bench.refused('10.0.0.9:9000', 'small')).toBe(
      '503 2 probes are running, as many as probe.maxConcurrent allows',
    )
    const joined = await bench.ask(AT, 'small')
    await bench.runs[0]?.end()
    expect(joined.answer?.status).toBe(200)
    await bench.ask('10.0.0.9:9000', 'small')
    expect(bench.runs).toHaveLength(3)
  })

  test('above maxRate are refused until there is room', async () => {
    const bench = new ProbeBench()
    await bench.ask(AT, 'big')
    expect(await bench.refused('10.0.0.8:9000', 'big')).toBe(
      '503 The probes that are running leave no room below probe.maxRate',
    )
    expect(await bench.refused('10.0.0.8:9000', 'huge')).toBe(
      '503 The module huge sends more than the 1000 probes a second of probe.maxRate',
    )
    await bench.ask('10.0.0.8:9000', 'small')
    await bench.runs[0]?.end()
    await bench.ask('10.0.0.9:9000', 'big')
    expect(bench.runs).toHaveLength(3)
  })

  test('with less time than the run get no false result', async () => {
    const bench = new ProbeBench()
    await bench.ask(AT, 'small', { timeout: 60 })
    const short = await bench.ask(AT, 'small', { timeout: 2 })
    await bench.timers.advance(1.5 * SECOND)
    expect(short.answer).toMatchObject({ status: 503 })
    expect(bench.runs[0]?.isStopped()).toBe(false)
  })
})

describe('a client that goes away', () => {
  test('stops its run', async () => {
    const bench = new ProbeBench()
    const { client } = await bench.ask(AT, 'small')
    client.abort()
    await settle()
    expect(bench.runs[0]?.isStopped()).toBe(true)
    expect(bench.desk.counts.requests).toEqual([{ module: 'small', code: 499, count: 1 }])
  })

  test('does not stop a run that another one waits for', async () => {
    const bench = new ProbeBench()
    const first = await bench.ask(AT, 'small')
    const second = await bench.ask(AT, 'small')
    first.client.abort()
    await settle()
    expect(bench.runs[0]?.isStopped()).toBe(false)
    await bench.runs[0]?.end()
    expect(second.answer?.body).toBe('probe_success 1\n')
  })

  test('during a lookup', async () => {
    const bench = new ProbeBench()
    bench.pending = []
    const { client } = await bench.ask('edge.example:9000', 'small')
    client.abort()
    await settle()
    bench.names = { 'edge.example': ['10.0.0.7'] }
    bench.pending[0]?.()
    await bench.timers.advance(5 * SECOND)
    expect([bench.runs, bench.timers.waiting]).toEqual([[], 0])
  })

  test('leaves no partial result to the next, who gets a run of its own afterwards', async () => {
    const bench = new ProbeBench()
    const { client } = await bench.ask(AT, 'small')
    client.abort()
    await settle()
    const next = await bench.ask(AT, 'small')
    expect(bench.runs).toHaveLength(1)
    await bench.runs[0]?.end(3)
    await bench.timers.advance(5 * SECOND)
    expect(bench.runs).toHaveLength(2)
    await bench.runs[1]?.end()
    expect(next.answer?.status).toBe(200)
    expect(bench.desk.recent).toHaveLength(2)
  })

  test('keeps its place for five seconds, so that those who leave at once start no more runs than those who stay', async () => {
    const bench = new ProbeBench({ maxConcurrent: 2 })
    for (const port of [9000, 9001]) {
      const { client } = await bench.ask(`10.0.0.7:${port}`, 'small')
      client.abort()
      await settle()
      await bench.runs.at(-1)?.end()
    }
    expect(await bench.refused('10.0.0.7:9002', 'small')).toMatch(/^503 2 probes are running/u)
    await bench.timers.advance(5 * SECOND)
    await bench.ask('10.0.0.7:9002', 'small')
    expect(bench.runs).toHaveLength(3)
  })

  test('before its request is read', async () => {
    const bench = new ProbeBench()
    expect(await bench.refused(AT, 'small', { signal: AbortSignal.abort() })).toMatch(/^499 /u)
    expect(bench.runs).toEqual([])
  })
})

describe('recent runs', () => {
  test('are the last hundred, the newest first, each with its log', async () => {
    const bench = new ProbeBench()
    for (let number = 0; number < 103; number++) {
      await bench.ask(`10.0.0.7:${9000 + number}`, 'small')
      await bench.timers.advance(SECOND)
      await bench.runs[number]?.end()
    }
    const { recent } = bench.desk
    expect(recent).toHaveLength(100)
    expect(recent[0]).toEqual({
      id: 103,
      at: 102_000,
      target: '10.0.0.7:9102',
      module: 'small',
      isSuccess: true,
      durationMs: 1000,
    })
    expect(bench.desk.log(103)).toBe('log of 10.0.0.7:9102: it ran\n')
    expect(bench.desk.log(4)).toBe('log of 10.0.0.7:9003: it ran\n')
    expect([3, 104, 0, NaN, -1].map(id => bench.desk.log(id))).toEqual(Array.from({ length: 5 }))
  })

  test('say why there was no result', async () => {
    const bench = new ProbeBench()
    await bench.ask(AT, 'small')
    await bench.runs[0]?.fail('bind: in use')
    expect(bench.desk.recent).toMatchObject([{ isSuccess: false, failure: 'bind: in use' }])
  })
})

test('a desk that closes stops its runs and waits for them', async () => {
  const bench = new ProbeBench()
  await bench.ask(AT, 'small')
  let isClosed = false
  void bench.desk.close().then(() => (isClosed = true))
  await settle()
  expect([bench.runs[0]?.isStopped(), isClosed]).toEqual([true, false])
  expect(await bench.refused('10.0.0.8:9000', 'small')).toBe('503 The exporter is stopping')
  await bench.runs[0]?.end(2)
  expect(isClosed).toBe(true)
})

test('a desk that closes does not wait for lookups', async () => {
  const bench = new ProbeBench()
  bench.pending = []
  const { answer } = await bench.ask('edge.example:9000', 'small')
  expect(answer).toBeUndefined()
  await bench.desk.close()
  expect([bench.outcomes.length, bench.timers.waiting]).toEqual([1, 0])
})

test('whatever is asked, and whatever names resolve to: runs go to allowed addresses only', async () => {
  const known = fc.constantFrom(
    '10.0.0.7',
    '10.255.0.1',
    '192.0.2.1',
    '127.0.0.1',
    '169.254.169.254',
    'fd00::1',
    '::ffff:10.0.0.9',
    '::ffff:127.0.0.1',
    'fe80::1%lo',
    '::',
    '224.0.0.1',
  )
  const host = fc.oneof(
    known.map(each => (each.includes(':') ? `[${each}]` : each)),
    fc.constantFrom('edge.example', 'any.test', 'EDGE.example.'),
  )
  const target = fc.oneof(
    typedText,
    fc.tuple(host, fc.constantFrom('9000', '53', '0', '65535', '70000')).map(([name, port]) => `${name}:${port}`),
  )
  await fc.assert(
    fc.asyncProperty(target, fc.array(known, { maxLength: 3 }), async (asked, addresses) => {
      const bench = new ProbeBench()
      bench.names = { 'edge.example': addresses, 'any.test': addresses, 'EDGE.example.': addresses }
      const { answer } = await bench.ask(asked, 'small')
      const [run] = bench.runs
      await run?.end()
      if (run === undefined) {
        expect([200, 400, 403]).toContain(answer?.status)
        return
      }
      const [address = '', port = ''] = run.at.split(' ')
      expect(Number(port)).toBeGreaterThanOrEqual(1024)
      // Of the two entries, the one of a name allows more addresses, at one port.
      if (/^edge\.example\.?:9000$/iu.test(asked))
        expect(['169.254.169.254', 'fe80::1%lo', '::', '224.0.0.1']).not.toContain(address)
      else expect(address).toMatch(/^10\.\d+\.\d+\.\d+$/u)
    }),
  )
})
