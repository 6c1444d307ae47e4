import { wilson95 } from '../ledger/wilson.ts'
import type { Result } from './result.ts'

/** The results of probing a server, from which a check file is made. */
export interface ServerFindings {
  /** The target as the user wrote it. */
  readonly target: string
  readonly startedAt: string
  /** Probes of each size. */
  readonly count: number
  readonly small: SizeFinding
  /** Sizes that came back whole, and those that did not. */
  readonly whole: readonly number[]
  readonly broken: readonly SizeFinding[]
  /** Upper bound of the loss by the sizes that came back. */
  readonly mostLoss: number
  readonly p99Ms?: number | undefined
  readonly duplicates: number
}

/** The outcome of the probes of one size. */
export interface SizeFinding {
  readonly size: number
  readonly scheduled: number
  readonly lost: number
  readonly truncated: number
  readonly corrupt: number
}

/** A size passes if no reply was damaged and at most this share was lost. */
const MOST_LOST = 0.2

/** Derives the findings from a run with several sizes; undefined if no reply was whole. */
export function serverFindings(result: Result, target: string, count: number): ServerFindings | undefined {
  const sizes = result.sizes.map(({ size, ledger, loss }): SizeFinding => {
    const { truncated = 0, corrupt = 0 } = ledger.fates
    return { size, scheduled: ledger.scheduled, lost: loss.count, truncated, corrupt }
  })
  const whole = sizes.filter(isWhole).map(({ size }) => size)
  const small = sizes.find(isWhole)
  if (small === undefined) return undefined
  const through = result.sizes.filter(({ size }) => whole.includes(size))
  const p99 = Math.max(...through.map(({ rtt }) => rtt?.p99Ms ?? 0))
  return {
    target,
    startedAt: result.startedAt,
    count,
    small,
    whole,
    broken: sizes.filter(one => !isWhole(one)),
    mostLoss:
      wilson95(sum(through.map(({ loss }) => loss.count)), sum(through.map(({ ledger }) => ledger.scheduled)))?.[1] ??
      1,
    p99Ms: p99 > 0 ? p99 : undefined,
    duplicates: result.ledger.duplicates,
  }
}

function isWhole({ scheduled, lost, truncated, corrupt }: SizeFinding): boolean {
  return truncated + corrupt === 0 && lost <= MOST_LOST * scheduled
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
