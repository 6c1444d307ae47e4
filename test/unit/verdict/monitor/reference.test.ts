import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND, toMs, type Nanos } from '../../../../src/base/nanos.ts'
import { createFateCounts } from '../../../../src/ledger/fate.ts'
import type { SlotState } from '../../../../src/verdict/monitor/view.ts'
import { CraftedPath, REAL } from './crafted-path.ts'

/** What happens in one slot. */
interface Happening {
  readonly kind: 'reply' | 'loss' | 'missed' | 'unreachable'
  /** Of a reply or error, after its probe. Replies may come long after the timeout. */
  readonly afterMs: number
  /** Delay of the probe itself. */
  readonly lateMs: number
  readonly copies: number
}

const TIMEOUT_MS = 500
const SLOTS = 10
/** A reply that was stamped before the timeout may be read this much later (settled-probes.ts). */
const MARGIN_MS = 10

const anySlot: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom('reply', 'reply', 'reply', 'loss', 'loss', 'missed', 'unreachable'),
  afterMs: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 400, max: 1400 })),
  lateMs: fc.integer({ min: 0, max: 300 }),
  copies: fc.constantFrom(0, 0, 0, 1, 3),
})

const anyCase = fc.record({
  slots: fc.array(anySlot, { minLength: 1, maxLength: 35 }),
  /** When each epoch is closed after its end. */
  closeMs: fc.integer({ min: 2000, max: 6000 }),
  looks: fc.array(fc.integer({ min: 0, max: 50_000 }), { minLength: 1, maxLength: 12 }),
})

/** A slot as the reference knows it: independent of rows, pages and epochs. All times in ms of the driver's clock. */
interface Known extends Happening {
  readonly due: number
  readonly sent: number
  readonly closed: number
}

/** The state of a slot at a time. Undefined: nothing is known about it yet. */
function stateAt({ kind, sent, afterMs, closed }: Known, now: number, isMissedKnown: boolean): SlotState | undefined {
  if (kind === 'missed') return isMissedKnown ? 'missed' : undefined
  if (now < sent) return undefined
  const isOver = now >= sent + TIMEOUT_MS + MARGIN_MS
  if (kind === 'reply' && now >= sent + afterMs) return afterMs > TIMEOUT_MS ? 'late' : 'intact'
  if (kind === 'unreachable' && now >= sent + afterMs) return 'unreachable'
  if (now >= closed) return 'lostUnknown'
  return isOver ? 'lost' : 'waiting'
}

/** Runs the case, and compares every view with what the reference counts. */
function follow({
  slots,
  closeMs,
  looks,
}: {
  readonly slots: readonly Happening[]
  readonly closeMs: number
  readonly looks: readonly number[]
}): void {
  const path = new CraftedPath({ timeout: TIMEOUT_MS * MILLISECOND })
  const steps: { readonly at: number; readonly order: number; readonly run: () => void }[] = []
  const ms = (time: number): Nanos => time * MILLISECOND
  const known: Known[] = []
  for (let first = 0; first < slots.length; first += SLOTS) {
    const own = slots.slice(first, first + SLOTS)
    const closed = first * 1000 + SLOTS * 1000 + closeMs
    let epoch: ReturnType<CraftedPath['begin']>
    steps.push({ at: first * 1000, order: 0, run: () => (epoch = path.begin(ms(first * 1000))) })
    for (const [n, slot] of own.entries()) {
      const due = (first + n) * 1000
      const sent = due + slot.lateMs
      known.push({ ...slot, due, sent, closed })
      if (slot.kind === 'missed') continue
      let probe: ReturnType<CraftedPath['send']>
      steps.push({ at: sent, order: 1, run: () => (probe = path.send(epoch, n, ms(sent))) })
      const after = sent + slot.afterMs
      if (slot.kind === 'reply')
        steps.push({
          at: after,
          order: 2,
          run: () => {
            path.reply(probe, { at: ms(after) })
            for (let copy = 0; copy < slot.copies; copy++) path.copy(probe)
          },
        })
      if (slot.kind === 'unreachable')
        steps.push({ at: after, order: 2, run: () => path.unreachable(probe, { errno: 111, type: 3, code: 3 }) })
    }
    const missed = own.filter(({ kind }) => kind === 'missed').length
    steps.push({ at: closed, order: 3, run: () => path.close(epoch, { missed }) })
  }
  for (const at of looks) steps.push({ at, order: 4, run: () => compare(path, known, at) })
  steps.sort((one, other) => one.at - other.at || one.order - other.order)
  for (const { at, run } of steps) {
    path.now = ms(at)
    run()
  }
  compare(path, known, toMs(path.now))
}

function compare(path: CraftedPath, known: readonly Known[], now: number): void {
  const states = known.map((slot, n) => {
    // A slot without a probe is known to be missed as soon as a later one of its epoch has a probe, or when its epoch is closed.
    const rest = known.slice(n + 1).filter(({ closed }) => closed === slot.closed)
    const isPassed = rest.some(({ kind, sent }) => kind !== 'missed' && sent <= now)
    return { ...slot, state: stateAt(slot, now, isPassed || slot.closed <= now) }
  })
  const count = (is: (slot: (typeof states)[number]) => boolean): number => states.filter(is).length
  const isFinal = ({ closed }: Known): boolean => closed <= now
  const { ledger, minute, sinceStart, strip } = path.view()
  const fates = createFateCounts()
  for (const { state, closed } of states)
    if (closed <= now && state !== undefined && state !== 'missed' && state in fates)
      fates[state as keyof typeof fates] += 1
  const isSent = ({ state }: { readonly state: SlotState | undefined }): boolean =>
    state !== undefined && state !== 'missed'
  expect(ledger).toEqual({
    scheduled: count(isSent),
    fates,
    inFlight: count(slot => isSent(slot) && !isFinal(slot)),
    lost: count(slot => !isFinal(slot) && (slot.state === 'lost' || slot.state === 'unreachable')),
    missed: count(({ state }) => state === 'missed'),
    duplicates: states.reduce(
      (sum, { state, copies }) => sum + (state === 'intact' || state === 'late' ? copies : 0),
      0,
    ),
    // A reply after one to a later probe (RFC 4737).
    reordered: count(one => {
      if (one.state !== 'intact' && one.state !== 'late') return false
      return states.some(
        other =>
          (other.state === 'intact' || other.state === 'late') &&
          other.due > one.due &&
          other.sent + other.afterMs < one.sent + one.afterMs,
      )
    }),
  })
  const lost = new Set<SlotState | undefined>(['lost', 'lostUnknown', 'unreachable'])
  for (const [figures, since] of [
    [minute, now - 60_000],
    [sinceStart, -Infinity],
  ] as const) {
    const own = states.filter(({ due }) => due > since)
    expect(figures.settled).toBe(own.filter(slot => isSent(slot) && slot.state !== 'waiting').length)
    expect(figures.lost).toBe(own.filter(({ state }) => lost.has(state)).length)
    expect(figures.missed).toBe(own.filter(({ state }) => state === 'missed').length)
    const rtts = own.filter(({ state }) => state === 'intact' || state === 'late').map(({ afterMs }) => afterMs)
    expect(figures.rtt?.minMs).toBe(rtts.length === 0 ? undefined : Math.min(...rtts))
    expect(figures.rtt?.maxMs).toBe(rtts.length === 0 ? undefined : Math.max(...rtts))
  }
  const cells = states.flatMap(({ due, state }) => (state === undefined ? [] : [{ state, at: REAL * 1000 + due }]))
  expect(strip.map(({ state, at }) => ({ state, at }))).toEqual(cells.slice(-60))
}

test('property: at any moment the views are those of an independent count', () => {
  fc.assert(fc.property(anyCase, follow), { numRuns: 200 })
})
