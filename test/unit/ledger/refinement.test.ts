import { describe, expect, test } from 'vitest'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import type { FateCounts } from '../../../src/ledger/fate.ts'
import { answered, crafted, echoed, silent, times, withTotals } from './crafted.ts'
import { clientsOf, fatesOf, losing, sizesOf, total } from './refined.ts'

describe('the server’s drop counter', () => {
  const own = { distinct: 1 }

  test.each<[string, number | undefined, Partial<FateCounts>]>([
    ['that is unknown moves nothing', undefined, { intact: 1, lostForward: 3 }],
    ['that did not grow moves nothing', 0, { intact: 1, lostForward: 3 }],
    ['moves as many as it grew by', 2, { intact: 1, lostForward: 1, lostServerBuffer: 2 }],
    ['moves all if it explains all', 3, { intact: 1, lostServerBuffer: 3 }],
    ['proves nothing if it grew by more: something else was dropped', 4, { intact: 1, lostForward: 3 }],
  ])('%s', (_, drops, fates) => {
    expect(total(crafted(losing(3), { clients: [withTotals({ ...own, drops })] }))).toEqual(fates)
  })

  test('is in the evidence unchanged', () => {
    const drops = (grown: number | undefined) => {
      return analyzeRun(crafted(losing(3), { clients: [withTotals({ ...own, drops: grown })] })).drops
    }
    expect(drops(9)).toEqual({ server: 9, shared: true })
    expect(drops(3)).toEqual({ server: 3, shared: false })
    expect(drops(0)).toEqual({ server: 0, shared: false })
    expect(drops(undefined)).toEqual({ shared: false })
  })

  test('moves only losses from client to server', () => {
    const facts = crafted(losing(1, 4), { clients: [withTotals({ distinct: 5, drops: 1 })] })
    expect(total(facts)).toEqual({ intact: 1, lostServerBuffer: 1, lostReturn: 4 })
  })

  test('proves nothing with copies: they may be the dropped ones', () => {
    const analysis = analyzeRun(crafted(losing(3), { clients: [withTotals({ ...own, drops: 3, copies: 1 })] }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 1, lostForward: 3 })
    expect(analysis.drops).toEqual({ server: 3, shared: true })
  })

  test('proves only what losses without a direction cannot explain: they may be the dropped ones', () => {
    const plan = { sizes: [128, 20] }
    const rows = [answered(), silent(), silent('notReceived'), silent(), silent('notReceived'), echoed()]
    const drops = (grown: number) =>
      analyzeRun(crafted(rows, { plan, clients: [withTotals({ ...own, drops: grown })] }))
    expect(fatesOf(drops(2).tally.total)).toEqual({ intact: 2, lostForward: 2, lostUnknown: 2 })
    expect(drops(2).drops).toEqual({ server: 2, shared: true })
    expect(fatesOf(drops(3).tally.total)).toMatchObject({ lostForward: 1, lostServerBuffer: 1, lostUnknown: 2 })
  })

  test('proves nothing if strangers used the socket', () => {
    const analysis = analyzeRun(crafted(losing(3), { clients: [withTotals({ ...own, drops: 3, strangers: 1 })] }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 1, lostForward: 3 })
    expect(analysis.drops).toEqual({ server: 3, shared: true })
  })

  test('proves nothing without receipts, or with void ones', () => {
    const rows = losing(3)
    const analysis = analyzeRun(crafted(rows, { clients: [withTotals({ ...own, drops: 3, distinct: 0 })] }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 1, lostUnknown: 3 })
    expect(analysis.drops).toEqual({ shared: false })
    expect(analyzeRun(crafted(rows)).drops).toEqual({ shared: false })
  })
})

describe('drops of a socket that receives whole trains', () => {
  const plan = { interval: 0, window: 100 }
  const lost = (train: number, fate: Parameters<typeof silent>[0] = 'notReceived') => ({ ...silent(fate), train })
  // One answer; lost from client to server: a train of three, one of two and half of one.
  const rows = [answered(), lost(0), lost(1), lost(2), lost(0), lost(1), answered({ train: 0 }), lost(1)]

  test.each<[number, Partial<FateCounts>]>([
    [1, { intact: 2, lostForward: 4, lostServerBuffer: 2 }],
    [2, { intact: 2, lostForward: 1, lostServerBuffer: 5 }],
    [6, { intact: 2, lostForward: 1, lostServerBuffer: 5 }],
  ])('%d: the shortest that are wholly lost', (drops, fates) => {
    const facts = crafted(rows, { plan, clients: [withTotals({ distinct: 2, drops, dropUnit: 3 })] })
    expect(total(facts)).toEqual(fates)
    expect(analyzeRun(facts).drops).toEqual({ server: drops, serverUnit: 3, shared: false })
  })

  test('are single datagrams if the socket receives single ones, however they were sent', () => {
    const facts = crafted(rows, { plan, clients: [withTotals({ distinct: 2, drops: 3, dropUnit: 1 })] })
    expect(total(facts)).toEqual({ intact: 2, lostForward: 3, lostServerBuffer: 3 })
  })

  test('are replies if the socket is ours', () => {
    const back = [answered(), lost(0, 'answered'), lost(1, 'answered'), lost(2, 'answered')]
    const client = { ...withTotals({ distinct: 4 }), dropsBefore: 0, dropsAfter: 1, longestTrain: 3 }
    expect(total(crafted(back, { plan, clients: [client] }))).toEqual({ intact: 1, lostClientBuffer: 3 })
    expect(total(crafted(back, { plan, clients: [{ ...client, longestTrain: 1 }] }))).toEqual({
      intact: 1,
      lostClientBuffer: 1,
      lostReturn: 2,
    })
  })
})

describe('the clients of one command are one group', () => {
  // Two clients, each with one answer and two losses from client to server.
  const rows = [answered(), answered(), ...times(4, silent('notReceived'))]

  test('for each client the other is a stranger, for the group none is', () => {
    const each = withTotals({ distinct: 1, strangers: 1, drops: 4 })
    const analysis = analyzeRun(crafted(rows, { plan: { clients: 2 }, clients: [each, each] }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 2, lostServerBuffer: 4 })
    expect(clientsOf(analysis)).toEqual(times(2, { intact: 1, lostServerBuffer: 2 }))
    expect(analysis.drops).toEqual({ server: 4, shared: false })
  })

  test('one datagram more than the group sent is a stranger', () => {
    const each = withTotals({ distinct: 1, strangers: 2, drops: 4 })
    const analysis = analyzeRun(crafted(rows, { plan: { clients: 2 }, clients: [each, each] }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 2, lostForward: 4 })
    expect(analysis.drops.shared).toBe(true)
  })

  test('a client without a request belongs to it', () => {
    const some = [answered(), answered(), silent('notReceived'), answered()]
    const analysis = analyzeRun(
      crafted(some, { plan: { clients: 2 }, clients: [withTotals({ distinct: 1, strangers: 2, drops: 1 })] }),
    )
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 3, lostServerBuffer: 1 })
  })

  test('the largest growth counts, not the sum: it is one counter', () => {
    const clients = [
      withTotals({ distinct: 1, strangers: 1, drops: 3 }),
      withTotals({ distinct: 1, strangers: 1, drops: 2 }),
    ]
    const analysis = analyzeRun(crafted(rows, { plan: { clients: 2 }, clients }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 2, lostForward: 1, lostServerBuffer: 3 })
  })

  test('copies of one client make it doubtful for all', () => {
    const clients = [
      withTotals({ distinct: 1, strangers: 1, drops: 4 }),
      withTotals({ distinct: 1, copies: 1, strangers: 1, drops: 4 }),
    ]
    const analysis = analyzeRun(crafted(rows, { plan: { clients: 2 }, clients }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 2, lostForward: 4 })
  })
})

describe('the counter belongs to the socket, not to a size or client', () => {
  const plan = { sizes: [100, 200] }
  const rows = [answered(), answered(), silent('notReceived'), silent('notReceived'), silent('notReceived'), answered()]

  test('sizes keep the direction if it explains some', () => {
    const analysis = analyzeRun(crafted(rows, { plan, clients: [withTotals({ distinct: 3, drops: 1 })] }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 3, lostForward: 2, lostServerBuffer: 1 })
    expect(sizesOf(analysis)).toEqual({ 100: { intact: 1, lostForward: 2 }, 200: { intact: 2, lostForward: 1 } })
  })

  test('if a size lost more than the unexplained losses, the difference was dropped', () => {
    const analysis = analyzeRun(crafted(rows, { plan, clients: [withTotals({ distinct: 3, drops: 2 })] }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 3, lostForward: 1, lostServerBuffer: 2 })
    expect(sizesOf(analysis)).toEqual({
      100: { intact: 1, lostForward: 1, lostServerBuffer: 1 },
      200: { intact: 2, lostForward: 1 },
    })
  })

  test('sizes have it if it explains all', () => {
    const analysis = analyzeRun(crafted(rows, { plan, clients: [withTotals({ distinct: 3, drops: 3 })] }))
    expect(sizesOf(analysis)).toEqual({
      100: { intact: 1, lostServerBuffer: 2 },
      200: { intact: 2, lostServerBuffer: 1 },
    })
  })

  test('clients keep the direction if it explains some', () => {
    const each = withTotals({ distinct: 1, strangers: 1, drops: 2 })
    const two = [answered(), answered(), ...times(4, silent('notReceived'))]
    const analysis = analyzeRun(crafted(two, { plan: { clients: 2 }, clients: [each, each] }))
    expect(clientsOf(analysis)).toEqual(times(2, { intact: 1, lostForward: 2 }))
  })
})

describe('our own drop counter', () => {
  const counted = (before: number, after: number) => ({ dropsBefore: before, dropsAfter: after })

  test('needs no receipts: losses without a direction are moved', () => {
    const analysis = analyzeRun(crafted([echoed(), ...times(3, silent())], { clients: [counted(10, 12)] }))
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 1, lostUnknown: 1, lostClientBuffer: 2 })
    expect(analysis.drops).toEqual({ client: 2, shared: false })
  })

  test('with receipts: only those that the server had answered', () => {
    const facts = crafted(losing(2, 3), { clients: [{ ...withTotals({ distinct: 4 }), ...counted(0, 3) }] })
    expect(total(facts)).toEqual({ intact: 1, lostForward: 2, lostClientBuffer: 3 })
  })

  test('moves from each of both fates only as many as the other cannot explain', () => {
    const plan = { sizes: [128, 20] }
    const rows = [answered(), silent(), silent('answered'), silent(), silent('answered'), echoed()]
    const lost = (drops: number) => {
      return total(crafted(rows, { plan, clients: [{ ...withTotals({ distinct: 3 }), ...counted(0, drops) }] }))
    }
    expect(lost(2)).toEqual({ intact: 2, lostReturn: 2, lostUnknown: 2 })
    expect(lost(3)).toEqual({ intact: 2, lostReturn: 1, lostUnknown: 1, lostClientBuffer: 2 })
    expect(lost(4)).toEqual({ intact: 2, lostClientBuffer: 4 })
  })

  test.each(['foreign', 'unidentified', 'duplicates'] as const)('moves nothing if there were %s', what => {
    const client = { ...withTotals({ distinct: 4 }), ...counted(0, 3), [what]: 1 }
    const fates = total(crafted(losing(0, 3), { clients: [client] }))
    expect(fates.lostClientBuffer).toBeUndefined()
    expect((fates.lostReturn ?? 0) + (fates.lostUnknown ?? 0)).toBe(3)
    expect(analyzeRun(crafted(losing(0, 3), { clients: [client] })).drops.client).toBe(3)
  })

  test('that was read only once is no evidence', () => {
    expect(analyzeRun(crafted(losing(0, 1), { clients: [{ dropsAfter: 1 }] })).drops).toEqual({ shared: false })
    expect(analyzeRun(crafted(losing(0, 1), { clients: [{ dropsBefore: 1 }] })).drops).toEqual({ shared: false })
  })

  test('that did not grow proves that nothing was dropped here', () => {
    expect(analyzeRun(crafted(losing(0, 1), { clients: [counted(5, 5)] })).drops).toEqual({ client: 0, shared: false })
  })

  test('belongs to one socket: it moves the losses of its client', () => {
    const rows = [answered(), answered(), ...times(4, silent('answered'))]
    const clients = [
      { ...withTotals({ distinct: 3 }), ...counted(0, 1) },
      { ...withTotals({ distinct: 3 }), ...counted(0, 0) },
    ]
    const analysis = analyzeRun(crafted(rows, { plan: { clients: 2 }, clients }))
    expect(clientsOf(analysis)).toEqual([
      { intact: 1, lostReturn: 1, lostClientBuffer: 1 },
      { intact: 1, lostReturn: 2 },
    ])
    expect(fatesOf(analysis.tally.total)).toEqual({ intact: 2, lostReturn: 3, lostClientBuffer: 1 })
  })

  test('sizes have it only if it explains all', () => {
    const plan = { sizes: [100, 200] }
    const rows = [answered(), answered(), silent('answered'), silent('answered')]
    const lost = (drops: number) => {
      return sizesOf(
        analyzeRun(crafted(rows, { plan, clients: [{ ...withTotals({ distinct: 4 }), ...counted(0, drops) }] })),
      )
    }
    expect(lost(1)).toEqual({ 100: { intact: 1, lostReturn: 1 }, 200: { intact: 1, lostReturn: 1 } })
    expect(lost(2)).toEqual({ 100: { intact: 1, lostClientBuffer: 1 }, 200: { intact: 1, lostClientBuffer: 1 } })
  })
})
