import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Address } from '../../../../src/base/address.ts'
import { MICROSECOND, MILLISECOND } from '../../../../src/base/nanos.ts'
import type { IcmpError } from '../../../../src/facts/icmp.ts'
import { OUTCOME, TRAIT } from '../../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../../src/facts/run.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { diagnose } from '../../../../src/verdict/diagnosis/diagnose.ts'
import {
  answered,
  crafted,
  cut,
  refused,
  silent,
  times,
  withTotals,
  unreachable,
  wrong,
  type CraftedRow,
} from '../../ledger/crafted.ts'
import { createPayload } from '../../../../src/wire/payload.ts'
import { CONTEXT } from '../context.ts'
import { PROTOCOL_CASES } from './protocol-cases.ts'

function warningsOf(facts: RunFacts, target: Address = CONTEXT.target) {
  return diagnose(facts, analyzeRun(facts), target)
}

const quiet = times(40, answered())
const lost = silent('notReceived')
const upper = answered({ traits: TRAIT.upper | TRAIT.answered })
const same = answered({ traits: TRAIT.same | TRAIT.answered })
const tardy = answered({ scheduled: 0, sent: 50 * MILLISECOND, arrived: 51 * MILLISECOND })
const [EPERM, EMSGSIZE, EHOSTUNREACH] = [1, 90, 113]
const CLEAN = { mtu: 1500, recvBufferMost: 212_992, grown: {} }
const PLAIN = { recvBuffer: 4_194_304 }
const DGRAM = { name: 'dgram', icmp: 'errno', truncation: 'program', timestamps: 'program' } as const
const FAR = { address: '192.0.2.1', port: 9000, family: 'udp4' } as const

/** Rows of several sizes, alternating; the rest of the facts as on this host. */
function sized(sizes: readonly number[], rows: readonly CraftedRow[], more: Partial<RunFacts> = {}): RunFacts {
  return { ...crafted(rows, { plan: { sizes } }), host: CLEAN, sockets: PLAIN, ...more }
}

/** The run in which the server has reported what it received. */
function reported(facts: RunFacts): RunFacts {
  for (const client of facts.clients) Object.assign(client, withTotals({ distinct: client.scheduled }))
  return facts
}

/** Each size with its row, this many times. */
function turns(count: number, ...rows: readonly CraftedRow[]): CraftedRow[] {
  return times(count, rows).flat()
}

/** The run with these ICMP errors. */
function icmp(facts: RunFacts, ...errors: readonly IcmpError[]): RunFacts {
  facts.icmp.push(...errors)
  return facts
}

/** A second of answers; halfway through, the server’s clock was set by this. */
function clocks(step: number): RunFacts {
  const rows = Array.from({ length: 100 }, (_, n) => {
    const sent = n * 10 * MILLISECOND
    return answered({ dwell: 0, serverArrival: sent + MILLISECOND / 2 + (n < 50 ? 0 : step) })
  })
  return crafted(rows, { clients: [{ serverBase: 100 }] })
}

const TOO_BIG = { errno: EMSGSIZE, type: 3, code: 4, reporter: '192.0.2.254', mtu: 1400 }
const PROHIBITED = { errno: EHOSTUNREACH, type: 3, code: 13, reporter: '192.0.2.254' }
const CLOSED = { errno: 111, type: 3, code: 3 }
const NO_NEIGHBOR = { errno: EHOSTUNREACH, type: 3, code: 1, reporter: '192.0.2.7', here: true } as const
const headers = (up: Record<number, number>, down: Record<number, number> = {}): RunFacts['headers'] => ({
  up: { tos: up },
  down: { tos: down },
})
/** 400 of 128 bytes and 400 of 4000, of which this many are lost. */
function partly(small: number, large: number): RunFacts {
  const row = (lost: boolean): CraftedRow => (lost ? silent('notReceived') : answered())
  const rows = Array.from({ length: 400 }, (_, n) => [row(n < small), row(n >= 400 - large)]).flat()
  return sized([128, 4000], rows, { clients: [] })
}

const elsewhere = { address: '192.0.2.9', port: 9000, family: 'udp4' } as const

/** Probes of 16 clients, of which one lost this many of 20, and each other this many. */
function flows(dead: number, clients: number, others: number): RunFacts {
  const rows = Array.from({ length: 20 * clients }, (_, row) => {
    const lostOfClient = row % clients === 5 && others === 0 ? dead : others
    return Math.floor(row / clients) < lostOfClient ? silent() : answered()
  })
  return crafted(rows, { plan: { clients, runs: Array.from({ length: clients }, (_, n) => n + 1) } })
}

/** Replies whose first wrong byte is where Node's own decoder changes one and its upper case another. */
function decoded(kind: 'binary' | 'random'): CraftedRow[] {
  const payload = createPayload(kind, { seed: 1 })
  return Array.from({ length: 4 }, (_, sequence) => {
    const sent = Buffer.alloc(600)
    payload.write(sent, 0, 117, 600, sequence)
    const text = Buffer.from(sent.subarray(117).toString('utf8').toUpperCase())
    const upper = Buffer.from(
      sent
        .subarray(117)
        .toString('latin1')
        .replace(/[a-z]/gu, sign => sign.toUpperCase()),
      'latin1',
    )
    const first = (expected: Buffer): number => expected.findIndex((byte, at) => byte !== text[at])
    return wrong(117 + Math.max(first(upper), first(sent.subarray(117))))
  })
}

/** A bucket of 20 probes that is filled with 50 a second, while 100 a second are sent. */
function policed(): readonly CraftedRow[] {
  let tokens = 20
  return Array.from({ length: 600 }, () => {
    tokens = Math.min(20, tokens + 0.5)
    if (tokens < 1) return lost
    tokens -= 1
    return answered()
  })
}

/** Round trips of 3 s that grow from 1 ms by 200 ms each second, from this row on. */
function delayed(from: number): readonly CraftedRow[] {
  return Array.from({ length: 300 }, (_, row) => {
    const sent = row * 10 * MILLISECOND
    return answered({ sent, arrived: sent + MILLISECOND + Math.max(0, row - from) * 2 * MILLISECOND })
  })
}

/** A run that has the cause, and the nearest one that does not. */
const CASES: Readonly<Record<string, readonly [RunFacts, RunFacts]>> = {
  rateLimited: [crafted(policed()), crafted(policed().toSorted((a, b) => Number(a === lost) - Number(b === lost)))],
  // A queue holds datagrams of all sizes. A delay that grows only at the end may be other traffic.
  queueBuilding: [
    crafted(delayed(0), { plan: { sizes: [200, 1200] } }),
    crafted(delayed(200), { plan: { sizes: [200, 1200] } }),
  ],
  clientBufferOverflow: [
    crafted([...quiet, silent()], { clients: [{ dropsBefore: 5, dropsAfter: 6 }] }),
    crafted([...quiet, silent()], { clients: [{ dropsBefore: 5, dropsAfter: 5 }] }),
  ],
  senderTooSlow: [
    crafted([...quiet, ...times(4, { ...tardy, outcome: OUTCOME.waiting, arrived: Infinity })]),
    // Late, and one of them lost, as likely as any other.
    crafted([...times(39, answered()), ...times(4, tardy), lost]),
  ],
  smallProbes: [crafted(quiet, { plan: { sizes: [128, 12] } }), crafted(quiet, { plan: { sizes: [128, 13] } })],
  wrongReplyAddress: [
    { ...crafted([silent()]), wrongReplyAddress: elsewhere },
    { ...crafted([silent()]), wrongReplyAddress: CONTEXT.target },
  ],
  clockStepped: [{ ...crafted(quiet), clockStep: 5 * MILLISECOND }, crafted(quiet)],
  implausibleEvidence: [{ ...crafted(quiet), implausible: { ttl: 2 } }, crafted(quiet)],
  clockUnsteady: [clocks(50 * MILLISECOND), clocks(0)],
  nobodyThere: [
    icmp(crafted(times(3, unreachable())), { ...CLOSED, reporter: '127.0.0.1' }),
    icmp(crafted(times(3, unreachable())), { ...CLOSED, reporter: '192.0.2.254' }),
  ],
  noEcho: [
    crafted(times(3, silent()), { clients: [{ unidentified: 3 }] }),
    crafted([...times(3, silent()), answered()], { clients: [{ unidentified: 3 }] }),
  ],
  silence: [crafted(times(3, silent())), crafted(times(3, silent()), { clients: [{ unidentified: 1 }] })],
  serverBufferOverflow: [
    crafted([...quiet, lost], { clients: [withTotals({ distinct: 40, drops: 1 })] }),
    crafted([...quiet, lost], { clients: [withTotals({ distinct: 40, drops: 0 })] }),
  ],
  bufferDropsShared: [
    crafted([...quiet, lost], { clients: [withTotals({ distinct: 40, drops: 1, strangers: 3 })] }),
    crafted([...quiet, silent('answered')], { clients: [withTotals({ distinct: 41, drops: 1, strangers: 3 })] }),
  ],
  serverSendFailed: [
    crafted([...quiet, silent('withheld')], { clients: [withTotals({ distinct: 41, sendFailed: 1 })] }),
    crafted([...quiet, silent('withheld')], { clients: [withTotals({ distinct: 41, withheld: 1 })] }),
  ],
  receiptsVoid: [
    crafted([...quiet, lost], { clients: [withTotals({ distinct: 0 })] }),
    crafted([...quiet, lost], { clients: [{ receipts: { state: 'none' } }] }),
  ],
  receiptsShort: [
    crafted([{ ...lost, sent: 0 }, ...quiet], { clients: [withTotals({ completeMs: 0 })] }),
    crafted([{ ...lost, sent: 0 }, ...quiet], { clients: [withTotals()] }),
  ],
  truncated: [crafted([...quiet, cut(100)]), crafted([...quiet, wrong(100)])],
  textDecodingServer: [
    crafted(decoded('binary'), { plan: { sizes: [600], payload: { kind: 'binary', seed: 1 } } }),
    // Bits flipped anywhere.
    crafted([wrong(130), wrong(517), wrong(311)], { plan: { sizes: [600], payload: { kind: 'binary', seed: 1 } } }),
  ],
  serverCapped: [
    crafted([...quiet, silent('withheld')], { clients: [withTotals({ distinct: 41, answered: 40, withheld: 1 })] }),
    crafted(times(40, silent('withheld')), { clients: [withTotals({ distinct: 40, withheld: 40 })] }),
  ],
  capSuspected: [
    crafted([...times(90, answered({ sent: 0, arrived: 1 })), ...times(90, { ...silent(), sent: 0 })]),
    // A bucket holds no more at once.
    crafted([...times(10, answered({ sent: 0, arrived: 1 })), ...times(170, { ...silent(), sent: 0 })]),
  ],
  repliesWithheld: [
    crafted(times(40, silent('withheld')), { clients: [withTotals({ distinct: 40, withheld: 40 })] }),
    crafted([...quiet, silent('answered')], { clients: [withTotals({ distinct: 41 })] }),
  ],
  onlyStrayAnswered: [
    { ...crafted(times(5, silent())), wrongReplyAddress: CONTEXT.target },
    { ...crafted([...times(5, silent()), answered()]), wrongReplyAddress: CONTEXT.target },
  ],
  flowsDiffer: [flows(20, 16, 0), flows(20, 16, 3)],
  mixedReplies: [crafted([...times(40, upper), same]), crafted([...times(40, upper), answered()])],
  sendQueueFull: [
    { ...crafted([...quiet, silent()]), engine: DGRAM, host: { grown: { sendBufferErrors: 3 } } },
    // Nothing is lost: the drops belong to another program.
    { ...crafted(quiet), engine: DGRAM, host: { grown: { sendBufferErrors: 3 } } },
  ],
  forbiddenHere: [crafted([...quiet, refused(EPERM)]), crafted([...quiet, refused(EMSGSIZE)])],
  tooBigToSend: [
    sized([128, 1600], turns(5, answered(), refused(EMSGSIZE)), { sockets: { ...PLAIN, df: 'do' } }),
    sized([128, 1600], turns(5, refused(EMSGSIZE), answered())),
  ],
  icmpRateLimited: [
    crafted([...times(3, unreachable()), silent()]),
    crafted([...times(3, unreachable()), silent(), answered()]),
  ],
  turnedBack: [
    icmp(crafted(times(3, unreachable())), { ...CLOSED, reporter: '192.0.2.254' }),
    icmp(crafted(times(3, unreachable())), { ...CLOSED, reporter: '127.0.0.1' }),
  ],
  noNeighbor: [
    icmp(crafted(times(3, unreachable())), NO_NEIGHBOR),
    icmp(crafted(times(3, unreachable())), { errno: EHOSTUNREACH, type: 3, code: 1, reporter: '192.0.2.254' }),
  ],
  rejectedHere: [
    icmp(crafted(times(3, unreachable())), { ...CLOSED, reporter: '192.0.2.7', here: true }),
    icmp(crafted(times(3, unreachable())), NO_NEIGHBOR),
  ],
  fragmentsSuspected: [sized([4000], times(3, silent())), sized([1472, 4000], times(4, silent()))],
  tooBigForPath: [
    icmp(sized([128, 1400], turns(3, answered(), unreachable()), { sockets: { ...PLAIN, df: 'probe' } }), TOO_BIG),
    // Our own kernel fragments the others, which pass.
    icmp(sized([1400], [unreachable(), ...times(5, answered())]), TOO_BIG),
  ],
  coldPath: [
    icmp(sized([1400], [unreachable(), ...times(5, answered())]), TOO_BIG),
    icmp(sized([1400], [answered(), unreachable(), ...times(5, answered())]), TOO_BIG),
  ],
  blackHole: [
    reported(sized([128, 1400], turns(3, answered(), lost))),
    // Fragmented: no router has a reason to report it as too big.
    sized([128, 1600], turns(3, answered(), silent())),
  ],
  largeLost: [
    // A server that ignores larger datagrams looks the same.
    sized([128, 1400], turns(3, answered(), silent())),
    reported(sized([128, 1400], turns(3, answered(), lost))),
  ],
  receiveFailed: [{ ...crafted([...quiet, silent()]), receiveErrors: { ENOMEM: 3 } }, crafted([...quiet, silent()])],
  journalCut: [{ ...crafted(quiet), cut: { scheduled: 100 } }, crafted(quiet)],
  icmpIgnored: [
    { ...crafted(quiet), icmpIgnored: { quote: 3, foreign: 1, settled: 9 } },
    { ...crafted(quiet), icmpIgnored: { mtu: 3, old: 40, settled: 40, unmatched: 40 } },
  ],
  fragmentsLost: [
    reported(sized([1472, 1473], turns(3, answered(), lost))),
    reported(sized([1471, 1472], turns(3, answered(), lost))),
  ],
  fragmentLoss: [partly(20, 60), partly(40, 44)],
  sizeHole: [
    sized([1472, 1474, 1480], turns(3, answered(), silent(), answered())),
    sized([1472, 1474, 1480], turns(3, answered(), silent(), silent())),
  ],
  incompleteReplies: [
    { ...crafted([...quiet, silent()]), host: { grown: { reassemblyFailures: 0, incomplete: 1 } } },
    { ...crafted(quiet), host: { grown: { reassemblyFailures: 1, incomplete: 1 } } },
  ],
  badChecksums: [
    { ...crafted([...quiet, silent()]), host: { grown: { badChecksums: 2 } } },
    { ...crafted([...quiet, silent()]), host: { grown: {} } },
  ],
  dscpChanged: [
    { ...crafted(quiet), sockets: { ...PLAIN, tos: 0xb8 }, headers: headers({ 0xb8: 3, 0: 37 }) },
    // The two low bits are not part of the DSCP.
    { ...crafted(quiet), sockets: { ...PLAIN, tos: 0xb8 }, headers: headers({ 0xb8: 3, 0xbb: 37 }, { 0: 40 }) },
  ],
  ecnChanged: [
    { ...crafted(quiet), sockets: { ...PLAIN, tos: 2 }, headers: headers({ 0: 40 }) },
    { ...crafted(quiet), sockets: { ...PLAIN, tos: 2 }, headers: headers({ 2: 39, 3: 1 }) },
  ],
  congestionMarked: [
    { ...crafted(quiet), sockets: PLAIN, headers: headers({ 0: 40 }, { 0: 39, 3: 1 }) },
    { ...crafted(quiet), sockets: { ...PLAIN, tos: 2 }, headers: headers({ 2: 40 }, { 2: 40 }) },
  ],
  tooFewSamples: [crafted([answered(), silent()]), crafted([...quiet, silent()])],
}

/** Cases that are not about loopback, where some causes cannot occur. */
const TARGETS: Readonly<Record<string, Address>> = {
  icmpRateLimited: FAR,
  coldPath: FAR,
  tooBigForPath: FAR,
  blackHole: FAR,
  largeLost: FAR,
  capSuspected: FAR,
}

describe.each(Object.entries(CASES))('%s', (code, [is, isNot]) => {
  test('is reported with its cause', () => {
    const warning = warningsOf(is, TARGETS[code]).find(found => found.code === code)
    expect(warning?.message).toMatch(/^\S.*\S$/)
    expect(warning?.hint).toMatch(/^\S.*\S$/)
    // Every placeholder of the text is filled in.
    expect(`${warning?.message} ${warning?.hint}`).not.toMatch(/\$\{|undefined|NaN|\[object/)
  })

  test('is not reported without it', () => {
    expect(warningsOf(isNot, TARGETS[code]).map(found => found.code)).not.toContain(code)
  })
})

test('every warning has a case', () => {
  const folder = new URL('../../../../src/verdict/diagnosis/', import.meta.url)
  const sources = readdirSync(folder).map(name => readFileSync(new URL(name, folder), 'utf8'))
  const codes = sources.flatMap(text => [...text.matchAll(/\bcode: '(\w+)'/gu)].map(([, code = '']) => code))
  expect(codes.length).toBeGreaterThan(30)
  expect([...new Set(codes)].toSorted()).toEqual([...Object.keys(CASES), ...Object.keys(PROTOCOL_CASES)].toSorted())
})

test('a run without a fault has no warnings', () => {
  expect(warningsOf(crafted(quiet))).toEqual([])
  expect(warningsOf(crafted([]))).toEqual([])
})

test('a router that rejects probes is not a closed port', () => {
  const facts = crafted(times(3, unreachable()))
  facts.icmp.push({ errno: 113, type: 11, code: 0, reporter: '192.0.2.1' })
  expect(warningsOf(facts).map(found => found.code)).not.toContain('nobodyThere')
})

test('a probe sent after the error "too big" was not lost to a cold path', () => {
  const cold = (sent: number): RunFacts =>
    icmp(sized([1400], [unreachable(), { ...lost, sent }, ...times(8, answered())]), TOO_BIG)
  const codes = (facts: RunFacts): readonly string[] => warningsOf(facts, FAR).map(found => found.code)
  // Round trips take 1 ms.
  expect(codes(cold(0.9 * MILLISECOND))).toContain('coldPath')
  expect(codes(cold(1.1 * MILLISECOND))).not.toContain('coldPath')
  expect(codes(cold(1.1 * MILLISECOND))).toContain('tooBigForPath')
})

test('a hole of the sizes that fill one packet is a black hole, if larger ones pass in fragments', () => {
  const facts = sized([1372, 1373, 1472, 1473], turns(3, answered(), lost, lost, answered()))
  const [found, ...more] = warningsOf(facts, FAR)
  expect(more).toEqual([])
  expect(found).toMatchObject({
    code: 'blackHole',
    message: expect.stringContaining('for whole packets, while fragments pass'),
    evidence: { largestPassing: 1372, smallestLost: 1373, lost: 6 },
  })
})

test('causes on this host are first', () => {
  const clients = [{ ...withTotals({ distinct: 42, drops: 1 }), dropsBefore: 0, dropsAfter: 1 }]
  const codes = warningsOf(crafted([...quiet, lost, silent('answered'), cut(60)], { clients })).map(found => found.code)
  expect(codes).toEqual(['clientBufferOverflow', 'serverBufferOverflow', 'truncated'])
})

describe('the text of a warning', () => {
  const find = (facts: RunFacts, code: string) => warningsOf(facts).find(found => found.code === code)

  test.each([1024, 4098, 8192, 9216, 1500])('about a cut at %d bytes names the server with that read size', length => {
    const plain = find(crafted([cut(1000)], { plan: { sizes: [10_000] } }), 'truncated')?.message ?? ''
    const known = find(crafted([cut(length)], { plan: { sizes: [10_000] } }), 'truncated')?.message ?? ''
    expect(known.length).toBeGreaterThan(plain.length + 5)
    expect(known).toContain(`cut at ${length} bytes: `)
  })

  test('about several cuts names the most frequent one', () => {
    const rows = [cut(60), cut(100), cut(100)]
    expect(find(crafted(rows), 'truncated')?.evidence).toEqual({ length: 100, count: 2, longer: 2, side: 'unknown' })
  })

  test('about a wrong address names both addresses', () => {
    const { message = '' } = find({ ...crafted([silent()]), wrongReplyAddress: elsewhere }, 'wrongReplyAddress') ?? {}
    expect(message).toContain('192.0.2.9:9000')
    expect(message).toContain('127.0.0.1:9000')
  })

  test('about replies from several addresses has the number of requests', () => {
    const facts = crafted([...times(6, answered()), ...times(6, silent())])
    const asked = (address: string): RunFacts => ({
      ...facts,
      replyAddresses: {
        asked: 12,
        from: [
          { ...CONTEXT.target, count: 7 },
          { ...CONTEXT.target, address, count: 5 },
        ],
      },
    })
    expect(find(asked('192.0.2.9'), 'wrongReplyAddress')?.message).toContain('5 of 12 answers')
    expect(find(asked(CONTEXT.target.address), 'wrongReplyAddress')).toBeUndefined()
  })

  test('without replies names the port to check', () => {
    expect(find(crafted([silent()]), 'silence')?.hint).toContain('udp port 9000)')
  })

  test.each([
    [
      'all that are longer',
      times(4, cut(1024)),
      /^4 datagrams were cut at 1024 bytes: the read size of/u,
      /^raise the read size/u,
    ],
    [
      'some of them',
      [...times(9, answered()), cut(1024)],
      /^1 of 10 datagrams longer than 1024 bytes .* no read size/u,
      /several servers/u,
    ],
  ] as const)('of cut replies, %s', (_, rows, message, hint) => {
    const warning = find(crafted(rows, { plan: { sizes: [4000] } }), 'truncated')
    expect(warning?.message).toMatch(message)
    expect(warning?.hint).toMatch(hint)
  })

  test('about replies cut from server to client excludes the server', () => {
    const cutReply = cut(1024, { traits: TRAIT.same | TRAIT.answered | TRAIT.sideReply })
    const all = find(crafted(times(4, cutReply), { plan: { sizes: [4000] } }), 'truncated')
    expect(all?.message).toContain('from server to client')
    expect(all?.hint).toContain('whatever forwards the replies')
    const some = find(crafted([...times(30, answered()), cutReply], { plan: { sizes: [4000] } }), 'truncated')
    expect(some?.hint).toContain('the server is not the cause')
  })

  test('about own drops has all of them, and the number of losses that they explain', () => {
    const rows = [...quiet, ...times(9, silent())]
    const facts = crafted(rows, { clients: [{ dropsBefore: 0, dropsAfter: 7 }] })
    expect(find(facts, 'clientBufferOverflow')?.evidence).toMatchObject({ drops: 7, booked: 7 })
    // More than the losses: some were not of this run, so none is proved to be a reply.
    const few = crafted([...quiet, silent()], { clients: [{ dropsBefore: 0, dropsAfter: 7 }] })
    expect(find(few, 'clientBufferOverflow')?.evidence).toMatchObject({ drops: 7, booked: 0 })
  })

  test('about own drops excludes those that this host dropped for a wrong checksum', () => {
    const rows = [...quiet, ...times(9, silent())]
    const facts = crafted(rows, { clients: [{ dropsBefore: 0, dropsAfter: 7 }] })
    const grown = (otherDrops: number): RunFacts => ({ ...facts, host: { grown: { otherDrops } } })
    expect(find(grown(5), 'clientBufferOverflow')?.evidence).toMatchObject({ drops: 2, booked: 2 })
    expect(find(grown(7), 'clientBufferOverflow')).toBeUndefined()
  })

  test('about a send queue separates the proved from the possible', () => {
    const rows = [...quiet, ...times(9, lost), refused(105)]
    const facts = crafted(rows, { clients: [withTotals({ distinct: 40 })] })
    const host = { grown: { sendBufferErrors: 6 } }
    expect(find({ ...facts, engine: DGRAM, host }, 'sendQueueFull')?.evidence).toEqual({ dropped: 6, refused: 1 })
    // With IP_RECVERR every drop is a refusal, and each attempt is counted.
    expect(find({ ...facts, host }, 'sendQueueFull')?.evidence).toEqual({ dropped: 0, refused: 1 })
  })

  test('about fragments is absent if most of the losses were in a buffer', () => {
    const facts = partly(20, 60)
    const dropping = (drops: number): RunFacts => ({
      ...facts,
      clients: crafted([], { clients: [withTotals({ distinct: 720, drops })] }).clients,
    })
    expect(find(dropping(5), 'fragmentLoss')).toBeDefined()
    expect(find(dropping(60), 'fragmentLoss')).toBeUndefined()
  })

  test.each([2048, 4096, 1472, 1280, 9000])('about a cut at %d bytes has a reason', length => {
    expect(find(crafted([cut(length)], { plan: { sizes: [10_000] } }), 'truncated')?.message).toContain(': ')
  })

  test('about a cut at the largest unfragmented size names the MTU', () => {
    const facts = { ...crafted([cut(1392)], { plan: { sizes: [10_000] } }), host: { mtu: 1420, grown: {} } }
    expect(find(facts, 'truncated')?.message).toContain('MTU 1420')
  })

  test('about lost fragments has the control, the direction, and the arithmetic', () => {
    const facts = reported(sized([1472, 4000], turns(5, answered(), silent('notReceived'))))
    expect(find(facts, 'fragmentsLost')?.message).toContain('4000 bytes travel as 3 fragments at MTU 1500')
    expect(find(facts, 'fragmentsLost')?.message).toContain('1472 bytes pass')
  })

  test('about lost fragments without a control has the answers to small requests', () => {
    const rows = times(5, silent('notReceived'))
    const asked = crafted(rows, { plan: { sizes: [4000] }, clients: [withTotals({ distinct: 0 })] })
    expect(find({ ...asked, host: CLEAN }, 'fragmentsLost')?.message).toMatch(
      /small receipts requests.* from client to server/u,
    )
  })

  test('about own drops has the buffer to set, and the limit to raise first if it is too low', () => {
    const facts = crafted([...quiet, silent()], { clients: [{ dropsBefore: 0, dropsAfter: 7000 }] })
    const hint = (recvBufferMost: number): string | undefined =>
      find({ ...facts, sockets: PLAIN, host: { recvBufferMost, grown: {} } }, 'clientBufferOverflow')?.hint
    // 7000 × 832 bytes are charged against twice the requested size.
    expect(hint(212_992)).toBe(
      'raise it: sysctl -w net.core.rmem_max=4194304 (now 212992), then --recv-buffer 4MiB, or send slower',
    )
    expect(hint(67_108_864)).toBe('raise it: --recv-buffer 8MiB, or send slower')
  })

  test('about own drops that no buffer could hold advises to send slower', () => {
    const facts = crafted([...quiet, silent()], { clients: [{ dropsBefore: 0, dropsAfter: 7e6 }] })
    expect(find(facts, 'clientBufferOverflow')?.hint).toMatch(/^send slower/u)
  })

  test('about a packet loss has both figures, and what they explain', () => {
    expect(find(partly(20, 60), 'fragmentLoss')).toMatchObject({
      message: expect.stringContaining('1−(1−p)^3'),
      evidence: { fragments: 3, observed: 0.15 },
    })
  })

  test('about the report of a router names it and the reason', () => {
    const reasons = [
      [{ errno: EHOSTUNREACH, type: 11, code: 0, reporter: '192.0.2.254' }, 'TTL was used up'],
      [{ errno: EHOSTUNREACH, type: 11, code: 1, reporter: '192.0.2.254' }, 'did not arrive in time'],
      [PROHIBITED, 'firewall'],
      [{ errno: EHOSTUNREACH, type: 3, code: 1, reporter: '192.0.2.254' }, 'cannot find 127.0.0.1'],
      [{ errno: EHOSTUNREACH, type: 3, code: 0, reporter: '192.0.2.254' }, 'no route'],
    ] as const
    for (const [error, reason] of reasons) {
      const { message = '' } = find(icmp(crafted(times(3, unreachable())), error), 'turnedBack') ?? {}
      expect(message).toMatch(/^192\.0\.2\.254 rejected 3 probes: /u)
      expect(message).toContain(reason)
    }
  })
})

test('a bend of less than a twentieth of the round trip changes the error bar, and gives no warning', () => {
  for (const [step, warns] of [
    [30 * MICROSECOND, false],
    [400 * MICROSECOND, true],
  ] as const) {
    const facts = clocks(step)
    expect(analyzeRun(facts).tally.oneWay.changeCount).toBeGreaterThan(0)
    expect(warningsOf(facts).some(({ code }) => code === 'clockUnsteady')).toBe(warns)
  }
})

test('a change of a clock has its time of day, where the facts have one', () => {
  const facts = clocks(50 * MILLISECOND)
  const find = () => warningsOf(facts).find(({ code }) => code === 'clockUnsteady')
  expect(find()?.evidence).not.toHaveProperty('at')
  const start = Date.UTC(2026, 10, 30, 23, 59, 59, 700)
  facts.epoch = { seconds: Math.floor(start / 1000), nanos: 700 * MILLISECOND }
  const { message, evidence } = find() ?? {}
  const { at, atMs } = evidence ?? {}
  expect(at).toBe(new Date(start + Math.floor(Number(atMs))).toISOString())
  expect(message).toContain(` at ${String(at)} (`)
})
