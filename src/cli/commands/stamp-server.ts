import { listeningEvent, listeningLine } from '../../runs/stamp-serve/lines.ts'
import { STAMP_SERVE_OPTIONS } from '../../runs/stamp-serve/options.ts'
import { planStampServe } from '../../runs/stamp-serve/plan.ts'
import { startStampServe } from '../../runs/stamp-serve/run.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { rawOptions, type Options } from '../../options/raw-options.ts'
import { prepareResponder } from './responder-server.ts'
import type { Prepared } from '../subcommand.ts'

/** `udptool stamp serve` */
export async function prepareStampServer(options: Options): Promise<Prepared> {
  const raw = rawOptions(STAMP_SERVE_OPTIONS, options)
  const plan = planStampServe(raw, process.env)
  const { live: wantsLive, workers, stateful } = parseOptions(STAMP_SERVE_OPTIONS, raw)
  return prepareResponder(options, {
    start: extras => startStampServe({ ...plan, respond: { ...plan.respond, ...extras } }, false),
    line: listeningLine,
    event: listeningEvent,
    command: 'stamp serve',
    mode: stateful ? 'stateful' : 'stateless',
    workers,
    wantsLive,
  })
}
