import { fragmentCount, largestWhole } from '../base/fragments.ts'
import { evaluate } from './evaluate.ts'
import type { Expectation } from './expectation.ts'
import type { Measured } from './measured.ts'
import type { Result, ResultExpectation, ResultMtu } from './result.ts'

/** How a search of the path MTU ended. Sizes are those of IP packets. */
export interface MtuSearchEnd {
  /** The largest packet that was acknowledged; 0: none. */
  readonly confirmed: number
  readonly complete: boolean
  readonly limit: NonNullable<ResultMtu['limit']>
  readonly restarts: number
  readonly rounds: number
  /** The largest packet that reached the server, found by a search of its own where the way back ends before the way there. */
  readonly delivered: number | undefined
}

/** What the search says in the Result: a path MTU only where it ended and fragments were forbidden, directions only where they were proved. */
export function mtuFindings(result: Result, end: MtuSearchEnd, asked: readonly number[]): ResultMtu {
  const { confirmed, complete, limit, restarts, rounds } = end
  const { family } = result.target
  const found = confirmed > 0
  const forbidden = result.options['df'] !== undefined
  const path = found && forbidden && complete ? confirmed : undefined
  return {
    ...(path === undefined ? {} : { path }),
    ...(found ? { payload: largestWhole(confirmed, family) } : {}),
    ...(path === undefined ? {} : { blackHole: limit === 'silence', ...directions(result, end) }),
    method: forbidden ? 'dplpmtud' : 'fragments',
    state: complete ? 'complete' : found || result.interrupted ? 'interrupted' : 'disabled',
    ...(found && complete ? { limit } : {}),
    hints: hintsOf(result, end),
    rounds,
    restarts,
    ...(path === undefined || asked.length === 0
      ? {}
      : { datagrams: asked.map(size => ({ size, packets: fragmentCount(size, path, family) })) }),
  }
}

/** The expectations again, those of the MTU with what was found. */
export function mtuExpectations(
  result: Result,
  expectations: readonly Expectation[],
  { path, method }: ResultMtu,
): readonly ResultExpectation[] {
  const reason =
    method === 'dplpmtud'
      ? 'nothing was acknowledged, or the search did not end'
      : 'the dgram engine cannot forbid fragments, so it proves no path MTU (--engine kernel)'
  const measured: Measured = {
    count: () => path,
    unknown: () => undefined,
    base: () => 0,
    duration: () => undefined,
    sampleCount: () => 0,
    reason: () => reason,
  }
  return result.expectations.map((told, index) => {
    const expectation = expectations[index]
    return expectation?.metric === 'mtu' ? evaluate(expectation, measured) : told
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

/** Each MTU that a router named, once. It is believed where the search ended there. */
function hintsOf({ unreachable = [] }: Result, { confirmed }: MtuSearchEnd): ResultMtu['hints'] {
  return unreachable.flatMap(({ mtu, reporter }) =>
    mtu === undefined ? [] : [{ mtu, ...(reporter === undefined ? {} : { reporter }), believed: mtu === confirmed }],
  )
}
