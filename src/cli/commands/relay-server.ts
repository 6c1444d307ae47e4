import { shortened } from '../../report/text/width.ts'
import {
  listeningEvent,
  listeningLine,
  statsEvent,
  statsText,
  summaryEvent,
  summaryText,
} from '../../runs/relay/lines.ts'
import { recordJson, recordText } from '../../runs/relay/record-lines.ts'
import type { RelayOptions } from '../../runs/relay/options.ts'
import { planRelay } from '../../runs/relay/plan.ts'
import { runRelay, type LocalRelay } from '../../runs/relay/run.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { pick, type Options } from '../../options/raw-options.ts'
import { COMMON_OPTIONS } from '../flags.ts'
import { prepareServer } from './server-run.ts'
import type { Prepared } from '../subcommand.ts'

/** `udptool relay` without --self: a relay for other programs. */
export function prepareRelay(raw: RelayOptions, options: Options): Prepared {
  const job = planRelay(raw)
  const { truth } = pick(options, ['truth'])
  const { json, quiet, verbose } = parseOptions(COMMON_OPTIONS, options)
  let relay: LocalRelay | undefined
  const server = prepareServer(options, {
    start: async () => (relay = await runRelay(job)),
    ready: run => (json ? listeningEvent(run) : listeningLine(run)),
    stats: ({ facts }, time) => (json ? statsEvent(facts, time) : `${time} ${statsText(facts)}\n`),
    end(run) {
      const record = run.truth()
      if (json) return summaryEvent(record)
      return `${quiet ? '' : summaryText(record)}${verbose ? recordText(record) : ''}`
    },
    tick({ facts }, { line }) {
      if (!json) line.show(shortened(statsText(facts), line.columns - 1))
    },
  })
  return {
    files: { ...server.files, '--truth': truth },
    async run(session) {
      try {
        return await server.run(session)
      } finally {
        // Write the record also if the sockets failed.
        if (relay !== undefined) await session.files['--truth']?.write([recordJson(relay.truth())])
      }
    },
  }
}
