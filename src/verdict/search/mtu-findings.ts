import { fragmentCount, largestWhole, packetSize } from '../../base/fragments.ts'
import { evaluate } from '../expect/evaluate.ts'
import type { Expectation } from '../expect/expectation.ts'
import type { Measured } from '../expect/measured.ts'
import type { Result, ResultExpectation, ResultMtu } from '../result.ts'

/** Expectations that a lower bound can hold. */
const LOWER: ReadonlySet<string> = new Set(['>=', '>'])

/** How a search of the path MTU ended. Sizes are those of IP packets. */
export interface MtuSearchEnd {
  /** The largest packet that was acknowledged; 0: none. */
  readonly confirmed: number
  readonly complete: boolean
  readonly limit: NonNullable<ResultMtu['limit']>
  readonly restarts: number
  readonly rounds: number
  /** The largest packet that reached the server, from a separate search if the return path has the smaller MTU. */
  readonly delivered: number | undefined
  /** Whether a larger datagram was answered when fragmentation was allowed; undefined: not tested. */
  readonly inFragments: boolean | undefined
}

/** The search in the Result: a path MTU only if it completed without fragmentation, directions only if proved. */
export function mtuFindings(result: Result, end: MtuSearchEnd, asked: readonly number[]): ResultMtu {
  const { confirmed, complete, limit, restarts, rounds } = end
  const { family } = result.target
  const found = confirmed > 0
  const forbidden = result.options['df'] !== undefined
  const proof = found && forbidden && complete ? proofOf(result, end) : undefined
  const path = proof === undefined ? undefined : confirmed
  return {
    ...(path === undefined ? {} : { path }),
    ...(found ? { payload: largestWhole(confirmed, family) } : {}),
    ...(path === undefined ? {} : { blackHole: limit === 'silence', ...directions(result, end) }),
    method: forbidden ? 'dplpmtud' : 'fragments',
    state: complete ? 'complete' : found || result.interrupted ? 'interrupted' : 'disabled',
    ...(found && complete ? { limit } : {}),
    ...(found && complete && forbidden ? { proof: proof ?? 'none' } : {}),
    hints: hintsOf(result, end),
    rounds,
    restarts,
    ...(path === undefined || asked.length === 0
      ? {}
      : { datagrams: asked.map(size => ({ size, packets: fragmentCount(size, path, family) })) }),
  }
}

/** What proves that the path, not the server, limits the size; undefined: nothing does. */
function proofOf(result: Result, { confirmed, limit, inFragments }: MtuSearchEnd): Exclude<ResultMtu['proof'], 'none'> {
  if (limit === 'local') return 'interface'
  if (limit !== 'silence') return limit
  const { lostForward = 0, lostReturn = 0 } = fatesAbove(result, confirmed) ?? {}
  if (lostForward + lostReturn > 0) return 'receipts'
  return inFragments === true ? 'fragments' : undefined
}

/** The fates of the datagrams that need a packet one byte larger. */
function fatesAbove({ sizes, target }: Result, confirmed: number): Result['ledger']['fates'] | undefined {
  return sizes.find(({ size }) => size === largestWhole(confirmed, target.family) + 1)?.ledger.fates
}

/** The expectations again; those about the MTU with the result of the search. */
export function mtuExpectations(
  result: Result,
  expectations: readonly Expectation[],
  { path, payload, method, proof }: ResultMtu,
): readonly ResultExpectation[] {
  const least = proof === 'none' && payload !== undefined ? packetSize(payload, result.target.family) : undefined
  const reason =
    method === 'fragments'
      ? 'the dgram engine cannot forbid fragmentation, so it cannot prove a path MTU (--engine kernel can)'
      : least === undefined
        ? 'nothing was acknowledged, or the search did not complete'
        : `packets of ${least} bytes pass; whether the path or the server stops larger ones is unknown`
  const measured = (value: number | undefined): Measured => ({
    count: () => value,
    unknown: () => undefined,
    base: () => 0,
    duration: () => undefined,
    rates: () => undefined,
    sampleCount: () => 0,
    reason: () => reason,
  })
  return result.expectations.map((evaluated, index) => {
    const expectation = expectations[index]
    if (expectation?.metric !== 'mtu') return evaluated
    // The largest packet that passed is a lower bound.
    const bounded = least !== undefined && LOWER.has(expectation.operator)
    const evaluation = evaluate(expectation, measured(bounded ? least : path))
    return bounded && !evaluation.passed ? { expr: evaluation.expr, passed: false, reason } : evaluation
  })
}

function directions(
  result: Result,
  { confirmed, limit, delivered }: MtuSearchEnd,
): Pick<ResultMtu, 'forward' | 'return'> {
  if (delivered !== undefined && delivered > confirmed) return { forward: delivered, return: confirmed }
  const above = result.sizes.find(({ size }) => size === largestWhole(confirmed, result.target.family) + 1)
  const { lostForward = 0, unreachable = 0, refused = 0 } = above?.ledger.fates ?? {}
  const stoppedThere = above !== undefined && lostForward + unreachable + refused === above.ledger.scheduled
  return limit === 'largest' || stoppedThere ? { forward: confirmed } : {}
}

/** Each MTU that a router reported, once. It is trusted if the search ended there. */
function hintsOf({ unreachable = [] }: Result, { confirmed }: MtuSearchEnd): ResultMtu['hints'] {
  return unreachable.flatMap(({ mtu, reporter }) =>
    mtu === undefined ? [] : [{ mtu, ...(reporter === undefined ? {} : { reporter }), believed: mtu === confirmed }],
  )
}
