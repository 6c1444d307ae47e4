import { usage } from '../../base/error.ts'
import { present } from '../../base/present.ts'
import type { Target } from '../../base/target.ts'
import { givenOptions, longFlag, type RawOptions } from '../../options/option.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { planEcho, type EchoPlan } from '../../runs/echo/plan.ts'
import { planRelay, type RelayJob } from '../../runs/relay/plan.ts'
import { EXEC_OPTIONS, SERVER_OPTIONS } from './options.ts'

/** What is started before the command. */
export interface ExecPlan {
  /** A server to start, or the address of a running one. */
  readonly server: EchoPlan | Target
  /** Its `to` is set when the server has started. */
  readonly relay?: RelayJob
}

/** Parses options to a plan. Throws a `usage` error. */
export function planExec(raw: RawOptions<typeof EXEC_OPTIONS>): ExecPlan {
  const { to } = parseOptions(EXEC_OPTIONS, raw)
  const unused = givenOptions(SERVER_OPTIONS, raw).find(name => name !== 'to')
  if (to !== undefined && unused !== undefined)
    throw usage(`--to names a running server, so it excludes ${longFlag(unused)}`, 'leave one of them out')
  const server = to ?? planEcho({ ...raw, port: raw.port ?? 0 })
  if ([raw.relay, raw.up, raw.down].some(rules => rules !== undefined)) return { server, relay: planRules(raw) }
  if (raw.seed !== undefined || raw.truth !== undefined)
    throw usage(
      `--${raw.seed === undefined ? 'truth' : 'seed'} is for a relay`,
      'add --relay, --up or --down with its rules',
    )
  if (to !== undefined)
    throw usage(
      '--to names a server that runs already, so there is nothing to start',
      'add --relay drop=5%, or leave --to out',
    )
  return { server }
}

function planRules({ relay = [], up = [], down = [], seed, to }: RawOptions<typeof EXEC_OPTIONS>): RelayJob {
  return planRelay({
    listen: '127.0.0.1:0',
    up: [relay, up].flat(),
    down: [relay, down].flat(),
    ...present({ seed, to }),
  })
}
