import { isAddress, isIPv6 } from '../../base/ip.ts'
import { present } from '../../base/present.ts'
import { createQueryDocument } from '../../verdict/query/create-document.ts'
import type { QueryDocument } from '../../verdict/query/query-document.ts'
import { describeHost } from '../host.ts'
import { readVersion } from '../version.ts'
import { findPattern } from './find-pattern.ts'
import type { QueryPlan } from './plan.ts'
import { runQuery, type QueryHooks } from './run.ts'

/** Asks a service and judges the answer. Rejects as `runQuery` does. */
export async function runJudgedQuery(plan: QueryPlan, hooks: QueryHooks = {}): Promise<QueryDocument> {
  const { host, port } = plan.target
  const [startedAt, begin] = [new Date().toISOString(), performance.now()]
  const { facts } = await runQuery(plan, hooks)
  return createQueryDocument(facts, plan.expectations, {
    command: 'query',
    version: readVersion(),
    host: describeHost(),
    target: { address: host, port, family: isIPv6(host) ? 'udp6' : 'udp4' },
    ...present({ targetName: isAddress(host) ? undefined : host }),
    options: plan.options,
    startedAt,
    durationMs: performance.now() - begin,
    findPattern,
  })
}
