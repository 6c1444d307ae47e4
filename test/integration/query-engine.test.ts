import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../src/base/nanos.ts'
import { driveQuery } from '../../src/engine/query-driver.ts'
import { runJudgedQuery } from '../../src/runs/query/judged-query.ts'
import { planQuery } from '../../src/runs/query/plan.ts'
import { query } from '../../src/runs/query/query.ts'
import type { QueryDocument } from '../../src/verdict/query/query-document.ts'
import { stunService } from '../../src/wire/services/stun.ts'
import { ROOT, start } from '../helpers/child.ts'
import { startPeer, type Peer } from '../helpers/peers.ts'

/** `wrong`: the id of another request. `changed`: the right id with other contents. `noise`: no datagram of the protocol. */
type What = 'answer' | 'changed' | 'wrong' | 'noise'
/** Without a number the request that came just now. */
type Action =
  | readonly [What, number?, ('self' | 'port' | 'address')?]
  /** A number of datagrams from elsewhere; null: without end. */
  | readonly ['flood', number, number | null]
  /** Seconds. */
  | readonly ['sleep', number, number]

interface Exchange {
  readonly received: readonly { readonly host: string; readonly port: number; readonly hex: string }[]
  readonly sent: readonly {
    readonly what: What
    readonly from: 'self' | 'port' | 'address'
    readonly to: number
    readonly about: number
  }[]
}

/** Nothing waits for it: an answer is there, or the machine is broken. */
const LONG = '100s'

/** Starts a server that acts as written after each request, and after the last as after the one before. */
async function serve(script: readonly (readonly Action[])[], ...args: readonly string[]): Promise<Peer<Exchange>> {
  return await startPeer<Exchange>('query_peer', ['--script', JSON.stringify(script), ...args])
}

function fatesOf({ requests }: QueryDocument): readonly string[] {
  return requests.map(({ fate }) => fate)
}

/** Compares the document with what the server received and sent, and returns the record. */
async function compare(peer: Peer<Exchange>, document: QueryDocument): Promise<Exchange> {
  const record = await peer.stop()
  const { requests, ledger, arrivals, reply } = document
  expect(requests.map(({ local, size }) => ({ local, size }))).toEqual(
    record.received.map(({ host, port, hex }) => ({ local: `${host}:${port}`, size: hex.length / 2 })),
  )
  expect(ledger.requests).toBe(record.received.length)
  expect(ledger.sent).toBe(record.received.length)
  expect(Object.values(ledger.fates).reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(ledger.requests)
  const { answers, duplicates, unmatched, malformed, foreign } = arrivals
  expect(answers + duplicates + unmatched + malformed).toBe(record.sent.filter(({ from }) => from === 'self').length)
  expect(foreign).toBe(record.sent.filter(({ from }) => from !== 'self').length)
  if (reply !== undefined)
    expect(document.stun?.mapped).toBe(requests.findLast(({ fate }) => fate === 'answered')?.local)
  return record
}

/** A port of 127.0.0.1 that nothing listens on. */
async function closedPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

describe('a datagram from the target', () => {
  test('with the right id is the answer', async () => {
    await using peer = await serve([[['answer']]])
    const document = await query('stun', peer.at, { timeout: LONG })
    expect(document).toMatchObject({ verdict: 'pass', stun: { software: 'query_peer' }, reply: { count: 1 } })
    expect(fatesOf(document)).toEqual(['answered'])
    expect(document.arrivals).toEqual({ answers: 1, duplicates: 0, unmatched: 0, malformed: 0, foreign: 0 })
    await compare(peer, document)
  })

  test('with a wrong id, or of no protocol, is counted and does not end the wait', async () => {
    await using peer = await serve([[['wrong'], ['noise'], ['wrong'], ['answer']]])
    const document = await query('stun', peer.at, { timeout: LONG })
    expect(fatesOf(document)).toEqual(['answered'])
    expect(document.arrivals).toMatchObject({ answers: 1, unmatched: 2, malformed: 1 })
    await compare(peer, document)
  })

  test('that comes twice, or with the same id again, is a copy', async () => {
    // The copies are there before the answer to the second question, and the third keeps the run open.
    await using peer = await serve([
      [['answer']],
      [['answer', 0], ['changed', 0], ['answer', 0], ['answer']],
      [['answer']],
    ])
    const document = await query('stun', peer.at, { timeout: LONG, count: 3 })
    expect(fatesOf(document)).toEqual(['answered', 'answered', 'answered'])
    expect(document.arrivals).toMatchObject({ answers: 3, duplicates: 3, unmatched: 0 })
    await compare(peer, document)
  })

  test('that comes late is named, and not taken for the next answer', async () => {
    // The second request leaves when the timeout of the first is over, and the first stays open for 2 s more.
    await using peer = await serve([[], [['answer', 0]], [['answer']]])
    const document = await query('stun', peer.at, { timeout: '2s', retries: 1 })
    expect(fatesOf(document)).toEqual(['late', 'silent'])
    expect(document.requests[0]?.rttMs).toBeGreaterThan(2000)
    expect(document.verdict).toBe('fail')
    expect(document.reason).toContain('late')
    await compare(peer, document)
  })

  test('that comes when the request is closed is seen by nobody', async () => {
    // The fourth request leaves after three timeouts, and the first was closed after two.
    await using peer = await serve([[], [], [], [['answer', 0], ['answer']]])
    const document = await query('stun', peer.at, { timeout: '1s', retries: 3 })
    const fates = fatesOf(document)
    expect(fates.slice(0, 3)).toEqual(['silent', 'silent', 'silent'])
    expect(document.arrivals).toMatchObject({ answers: 1, duplicates: 0, unmatched: 0, foreign: 0 })
    expect((await peer.stop()).sent).toHaveLength(2)
  })
})

describe('a datagram from elsewhere', () => {
  test('does not hide the answer from the target', async () => {
    await using peer = await serve([[['answer', 0, 'port'], ['noise', 0, 'address'], ['answer']], [['answer']]])
    const document = await query('stun', peer.at, { timeout: LONG, count: 2 })
    expect(fatesOf(document)).toEqual(['answered', 'answered'])
    expect(document.foreignSources.map(({ answers }) => answers).toSorted((a, b) => a - b)).toEqual([0, 1])
    await compare(peer, document)
  })
})

/** These wait for the end of the timeout, so all of them at the same time. */
test('a request without an answer says what came instead, and from where', async () => {
  await using wrong = await serve([[['wrong'], ['wrong']]])
  await using port = await serve([[['answer', 0, 'port']]])
  await using address = await serve([[['answer', 0, 'address']]])
  await using never = await serve([[]])
  const ask = async ({ at }: Peer<Exchange>, options: object = {}): Promise<QueryDocument> =>
    query('stun', at, { timeout: '1500ms', ...options })
  const [onWrong, onPort, onAddress, onNever] = await Promise.all([
    ask(wrong),
    ask(port),
    ask(address),
    ask(never, { retries: 1, expect: ['silent', 'noReply'] }),
  ])

  for (const document of [onWrong, onPort, onAddress])
    expect(document).toMatchObject({ verdict: 'fail', ledger: { requests: 1, fates: { answered: 0, silent: 1 } } })
  expect(onWrong.arrivals).toEqual({ answers: 0, duplicates: 0, unmatched: 2, malformed: 0, foreign: 0 })
  expect(onWrong.reason).toContain('transaction id')
  for (const [peer, document] of [
    [port, onPort],
    [address, onAddress],
  ] as const) {
    const [line] = await peer.child.waitFor('stdout', /\{"port.*\}/)
    const { otherPort, otherAddress } = JSON.parse(line) as {
      readonly otherPort: number
      readonly otherAddress: number
    }
    const source = peer === port ? `127.0.0.1:${otherPort}` : `127.0.0.2:${otherAddress}`
    expect(document.foreignSources).toEqual([{ from: source, count: 1, answers: 1 }])
    expect(document.reason).toContain(source)
  }
  expect(onNever).toMatchObject({ verdict: 'pass', ledger: { fates: { silent: 2 } } })
  await compare(wrong, onWrong)
  await compare(port, onPort)
  await compare(address, onAddress)
  await compare(never, onNever)
})

describe('errors', () => {
  test('an ICMP error of a closed port ends the wait, and noReply holds', async () => {
    const document = await query('stun', `127.0.0.1:${await closedPort()}`, { timeout: LONG, expect: 'noReply' })
    expect(document.requests).toMatchObject([{ fate: 'unreachable', error: 'ECONNREFUSED' }])
    expect(document.verdict).toBe('pass')
  })

  test('a retry reaches a service that did not answer the first request', async () => {
    await using peer = await serve([[], [['answer']]])
    const document = await query('stun', peer.at, { timeout: '1s', retries: 100 })
    expect(fatesOf(document)[0]).toBe('silent')
    expect(document.verdict).toBe('pass')
    expect(document.stun?.mapped).toBe(document.requests.at(-1)?.local)
  })

  test('our own kernel refuses to send, so nothing passes', async () => {
    // Linux sends nothing from a loopback address to another host (ip_route_output_key_hash_rcu of Linux, EINVAL).
    const options = { timeout: LONG, bind: '127.0.0.1', retries: 1, expect: 'noReply' }
    const document = await query('stun', '203.0.113.9', options)
    expect(fatesOf(document)).toEqual(['refused', 'refused'])
    // Without a route, as in the namespace of these tests, ENETUNREACH comes before that.
    expect(document.requests[0]?.error).toMatch(/^(?:EINVAL|ENETUNREACH)$/)
    expect(document.ledger).toMatchObject({ requests: 2, sent: 0 })
    expect(document.verdict).toBe('fail')
  })

  test('a local port that another program has is an error', async () => {
    await using peer = await serve([[['answer']]])
    const running = query('stun', peer.at, { bind: peer.at })
    await expect(running).rejects.toMatchObject({ code: 'addressInUse' })
  })

  test('an unknown option and an unknown service are usage errors', async () => {
    await expect(query('stun', '127.0.0.1', { retry: 1 } as object)).rejects.toMatchObject({ code: 'usage' })
    await expect(query('stunn' as 'stun', '127.0.0.1')).rejects.toMatchObject({
      code: 'usage',
      hint: 'did you mean stun?',
    })
  })
})

describe('ports', () => {
  test('a port never asks itself: where nobody listens, a request is not its own answer', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      const port = await closedPort()
      const running = query('message', `127.0.0.1:${port}`, { send: 'ping', timeout: LONG, bind: `${host}:${port}` })
      await expect(running).rejects.toMatchObject({ code: 'addressInUse', operation: 'bind' })
    }
  })

  test('with --bind all requests leave from the same port', async () => {
    const port = await closedPort()
    await using peer = await serve([[['answer']]])
    const document = await query('stun', peer.at, { timeout: LONG, count: 5, bind: `127.0.0.1:${port}` })
    expect(document.requests.map(({ local, fate }) => [local, fate])).toEqual(
      Array.from({ length: 5 }, () => [`127.0.0.1:${port}`, 'answered']),
    )
    await compare(peer, document)
  })

  test('with --bind and replies without an id a copy is not taken for the next reply', async () => {
    const port = await closedPort()
    // After a round trip of half a second copies are expected for 2 s (machines/linger.ts).
    await using peer = await serve([[['sleep', 0, 0.5], ['answer'], ['answer']], [['answer']]])
    const options = { send: 'hello, who are you?!', timeout: LONG, count: 2, bind: `127.0.0.1:${port}` }
    const document = await query('message', peer.at, options)
    expect(fatesOf(document)).toEqual(['answered', 'answered'])
    expect(document.arrivals).toMatchObject({ answers: 2, duplicates: 1, unmatched: 0 })
    expect((await peer.stop()).received.map(one => one.port)).toEqual([port, port])
  })

  test('64 queries at once in one process each have their own port and their own answer', async () => {
    await using peer = await serve([[['answer']]])
    const documents = await Promise.all(
      Array.from({ length: 64 }, async () => query('stun', peer.at, { timeout: LONG })),
    )
    const locals = documents.map(({ requests }) => requests[0]?.local)
    expect(documents.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 64 }, () => 'pass'))
    expect(documents.map(({ stun }) => stun?.mapped)).toEqual(locals)
    expect(new Set(locals).size).toBe(64)
    const { received } = await peer.stop()
    expect(received.map(({ host, port }) => `${host}:${port}`).toSorted()).toEqual(locals.map(String).toSorted())
    expect(new Set(received.map(({ hex }) => hex)).size, 'each request has its own id').toBe(64)
  })

  test('an open run leaves no port behind', async () => {
    const port = await closedPort()
    await using peer = await serve([[['answer']]])
    for (let run = 0; run < 3; run++) {
      const document = await query('stun', peer.at, { timeout: LONG, bind: `127.0.0.1:${port}` })
      expect(document.verdict).toBe('pass')
    }
  })
})

describe('addresses, waiting, interruption', () => {
  const target = (address: string, port: number) => ({ address, port, family: 'udp4' }) as const

  test('a name with a dead address: the next one answers, and later questions go there', async () => {
    await using peer = await serve([[['answer']]])
    const addresses = [target('127.0.0.9', peer.port), target('127.0.0.1', peer.port)] as const
    const { requests } = await driveQuery(
      {
        service: stunService(),
        timeout: 100 * SECOND,
        count: 3,
        retries: 0,
        samples: 1,
        waitFor: 0,
        resolve: async () => addresses,
      },
      addresses,
    )
    expect(requests.map(one => [one.question, one.attempt, one.target.address, one.fate])).toEqual([
      [0, 0, '127.0.0.9', 'unreachable'],
      [0, 1, '127.0.0.1', 'answered'],
      [1, 0, '127.0.0.1', 'answered'],
      [2, 0, '127.0.0.1', 'answered'],
    ])
    expect((await peer.stop()).received).toHaveLength(3)
  })

  test('--wait-for asks until a service listens', async () => {
    const port = await closedPort()
    const plan = planQuery('stun', `127.0.0.1:${port}`, { waitFor: '90s', timeout: LONG })
    let starting: Promise<Peer<Exchange>> | undefined
    const reasons: string[] = []
    const document = await runJudgedQuery(plan, {
      onWait: ({ reason }) => {
        reasons.push(reason)
        if (reason.startsWith('nothing listens')) starting ??= serve([[['answer']]], '--port', String(port))
      },
    })
    expect(document.verdict).toBe('pass')
    expect(fatesOf(document).slice(0, -1)).toEqual(document.requests.slice(1).map(() => 'unreachable'))
    expect(fatesOf(document).at(-1)).toBe('answered')
    expect(document.requests.length).toBeGreaterThan(1)
    expect(reasons).toContain(`nothing listens at 127.0.0.1:${port}`)
    expect((await (await starting)?.stop())?.received).toHaveLength(1)
  })

  test('--wait-for ends without a service: the reason is that of the last request', async () => {
    const document = await query('stun', `127.0.0.1:${await closedPort()}`, { waitFor: '1500ms', timeout: LONG })
    expect(document.verdict).toBe('fail')
    expect(new Set(fatesOf(document))).toEqual(new Set(['unreachable']))
  })

  test('an interruption leaves the open request unfinished, and the fates add up', async () => {
    await using peer = await serve([[['answer']], []])
    const interruption = new AbortController()
    const running = query('stun', peer.at, { timeout: LONG, count: 5, signal: interruption.signal })
    await peer.child.waitFor('stdout', /"request": 1\}/)
    interruption.abort()
    const document = await running
    expect(document.interrupted).toBe(true)
    expect(fatesOf(document)).toEqual(['answered', 'unfinished'])
    await compare(peer, document)
  })

  test('a query that is interrupted before it begins sends nothing', async () => {
    await using peer = await serve([[['answer']]])
    const document = await query('stun', peer.at, { signal: AbortSignal.abort() })
    expect(document).toMatchObject({ interrupted: true, ledger: { requests: 0 } })
    expect((await peer.stop()).received).toEqual([])
  })
})

describe('a flood of our port', () => {
  /** Runs a query of the built package in a process of its own. Returns the document and the largest memory, KiB. */
  async function queryAlone(at: string, options: object): Promise<{ document: QueryDocument; memory: number }> {
    const program = `import { query } from '${ROOT}dist/index.js'
const document = await query('stun', '${at}', ${JSON.stringify(options)})
console.log(JSON.stringify({ document, memory: process.resourceUsage().maxRSS }))`
    const { stdout, stderr } = await start(process.execPath, ['--input-type=module', '--eval', program]).finished
    expect(stderr).toBe('')
    return JSON.parse(stdout) as { document: QueryDocument; memory: number }
  }

  test('100 000 datagrams from elsewhere do not hide the answer, and need no memory', async () => {
    await using quiet = await serve([[['answer']]])
    await using peer = await serve([[['flood', 0, 100_000], ['answer']], [['answer']]])
    const { memory } = await queryAlone(quiet.at, { timeout: LONG, count: 2 })
    const flooded = await queryAlone(peer.at, { timeout: LONG, count: 2 })
    expect(fatesOf(flooded.document)).toEqual(['answered', 'answered'])
    const { foreign = 0 } = flooded.document.arrivals
    expect(foreign).toBeGreaterThan(0)
    expect(foreign).toBeLessThanOrEqual(100_000)
    expect(flooded.document.foreignSources).toHaveLength(3)
    // Node keeps 64 KiB for each datagram until it is garbage.
    expect(flooded.memory - memory).toBeLessThan(200 * 1024)
  })

  test('a flood without end does not keep the timeout from coming', async () => {
    await using peer = await serve([[['flood', 0, null]]])
    const { document } = await queryAlone(peer.at, { timeout: '2s' })
    expect(fatesOf(document)).toEqual(['silent'])
    expect(document.arrivals.foreign).toBeGreaterThan(0)
  })
})
