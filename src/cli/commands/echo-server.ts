import { listeningEvent, listeningLine } from '../../runs/echo/lines.ts'
import { ECHO_OPTIONS } from '../../runs/echo/options.ts'
import { planEcho } from '../../runs/echo/plan.ts'
import { startEcho } from '../../runs/echo/run.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { rawOptions, type Options } from '../../options/raw-options.ts'
import { prepareResponder } from './responder-server.ts'
import type { Prepared } from '../subcommand.ts'

/** `udptool serve` */
export async function prepareEcho(options: Options): Promise<Prepared> {
  const plan = planEcho(rawOptions(ECHO_OPTIONS, options))
  const { live: wantsLive, workers } = parseOptions(ECHO_OPTIONS, rawOptions(ECHO_OPTIONS, options))
  return prepareResponder(options, {
    start: extras => startEcho(plan, false, extras),
    line: listeningLine,
    event: listeningEvent,
    beside: ({ irtt }) => (irtt === undefined ? undefined : { protocol: 'irtt', ...irtt }),
    command: 'serve',
    mode: plan.respond.mode,
    workers,
    wantsLive,
  })
}
