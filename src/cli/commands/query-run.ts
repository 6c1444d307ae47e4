import { rawOptions, type Options } from '../../options/raw-options.ts'
import { queryDocument } from '../../report/query-document.ts'
import { runJudgedQuery } from '../../runs/query/judged-query.ts'
import { queryOptions } from '../../runs/query/options.ts'
import { planQuery } from '../../runs/query/plan.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import { QueryProgress } from '../progress/query-progress.ts'
import { waitingLine } from '../progress/waiting-line.ts'
import type { Prepared } from '../subcommand.ts'

/** One run of a preset. */
export function prepareQuery(preset: ServiceName, target: string, options: Options): Prepared {
  const plan = planQuery(preset, target, rawOptions(queryOptions(preset), options))
  return {
    async run({ signals, line }) {
      const progress = new QueryProgress(plan, line)
      try {
        const document = await runJudgedQuery(plan, {
          signal: signals.signal,
          onWait: waitingLine(line),
          onProgress: facts => progress.note(facts),
        })
        return queryDocument(document)
      } finally {
        progress.end()
      }
    },
  }
}
