import { driveQuery } from '../../engine/query-driver.ts'
import type { AnswerSize, QueryFacts } from '../../facts/query.ts'
import type { Address } from '../../base/address.ts'
import type { QueryPlan } from './plan.ts'
import type { Service } from '../../wire/services/service.ts'

/** Largest answer without EDNS (RFC 1035 section 4.2.1), and the largest that needs no fragments on any path (DNS flag day 2020). */
const SMALL = [512, 1232] as const

/**
 * Asks once more with other limits for the size of the answer (EDNS), after the run and in no ledger: each limit of the list, or, if nothing
 * came back, from the smallest up to the given one for as long as the server cuts its answers. Then a silence is about their size. Where a
 * run demands silence nothing is asked.
 */
export async function findAnswerSizes(
  plan: QueryPlan,
  facts: QueryFacts,
  signal: AbortSignal | undefined,
): Promise<readonly AnswerSize[] | undefined> {
  const { sized } = plan
  const target = facts.requests.findLast(({ fate }) => fate === 'answered' || fate === 'silent')?.target
  if (sized === undefined || target === undefined || facts.interrupted) return undefined
  const isList = sized.sizes.length > 0
  const isLarge = sized.given > SMALL[0]
  if (!isList && !(isLarge && isUnexplainedSilence(plan, facts))) return undefined
  const rows: AnswerSize[] = []
  const sizes = isList ? sized.sizes : [...SMALL.filter(size => size < sized.given), sized.given]
  for (const size of sizes) {
    if (signal?.aborted === true) break
    const row = await askWithSize(plan, size, sized.service(size), target, signal)
    rows.push(row)
    // An answer that is not cut is as long as it gets, and a silence explains no other.
    if (!isList && row.tc !== true) break
  }
  return rows
}

/** No answer, no other cause was observed, and no expectation demands it. */
function isUnexplainedSilence({ expectations }: QueryPlan, facts: QueryFacts): boolean {
  const isDemanded = expectations.some(({ metric }) => metric === 'noReply' || metric === 'silent')
  const wrong = facts.unmatched + facts.malformed + facts.foreignSources.length
  return !isDemanded && wrong === 0 && facts.requests.every(({ fate }) => fate === 'silent')
}

async function askWithSize(
  { bind, timeout }: QueryPlan,
  bufsize: number,
  service: Service,
  target: Address,
  signal: AbortSignal | undefined,
): Promise<AnswerSize> {
  const facts = await driveQuery(
    {
      service,
      timeout,
      count: 1,
      // One lost datagram is no evidence.
      retries: 1,
      samples: 1,
      waitFor: 0,
      resolve: async () => [target],
      ...(bind === undefined ? {} : { bind }),
      ...(signal === undefined ? {} : { signal }),
    },
    [target],
  )
  const { requests } = facts
  const shown = requests.find(({ fate }) => fate === 'answered') ?? requests.at(-1)
  const { fate = 'unfinished', reply, answer } = shown ?? {}
  return {
    bufsize,
    requests: requests.length,
    fate,
    ...(reply === undefined ? {} : { length: reply.length }),
    ...(answer?.service === 'dns' ? { tc: answer.tc } : {}),
  }
}
