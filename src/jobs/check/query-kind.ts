import { usage } from '../../base/error.ts'
import { formatTarget, type Target } from '../../base/target.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { runJudgedQuery } from '../../runs/query/judged-query.ts'
import { MESSAGE_OPTIONS, QUESTION_OPTIONS, queryOptions } from '../../runs/query/options.ts'
import { planQuery, type QueryPlan } from '../../runs/query/plan.ts'
import { expectedOfQuery, judgeQuery } from '../../verdict/suite/judged-query.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import type { CheckKind } from './check-kind.ts'

/** The address of a server that the check will start: its port is known when it runs. */
const OWN_SERVER = '127.0.0.1'

const NOTHING_HINT = 'write send: text, or preset: dns with query: { name: example.org }'

/** `run: message`: a question to a UDP service. */
export function queryKind(preset: ServiceName): CheckKind {
  const options = queryOptions(preset)
  return {
    options,
    ...(preset === 'message' ? {} : { nested: QUESTION_OPTIONS[preset] }),
    exclusive: [['ipv4', 'ipv6']],
    plan(raw) {
      if (preset === 'message' && !Object.keys(MESSAGE_OPTIONS).some(key => key in raw))
        throw usage('the check has neither a message nor a preset', NOTHING_HINT)
      const to = typeof raw['to'] === 'string' ? raw['to'] : OWN_SERVER
      const plan = planQuery(preset, to, rawOptions(options, raw))
      return {
        expected: expectedOfQuery(plan.expectations.map(({ expr }) => expr)),
        async run(target, { signal }) {
          const query = await runJudgedQuery(targeted(plan, target), signal === undefined ? {} : { signal })
          return { judge: level => judgeQuery(query, level), document: { query } }
        },
      }
    },
  }
}

function targeted(plan: QueryPlan, target: Target | undefined): QueryPlan {
  return target === undefined ? plan : { ...plan, target, options: { ...plan.options, to: formatTarget(target) } }
}
