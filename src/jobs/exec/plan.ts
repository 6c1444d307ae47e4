import { usage } from '../../base/error.ts'
import { parseTarget, type Target } from '../../base/target.ts'
import { planEcho, type EchoPlan } from '../../runs/echo/plan.ts'
import { readEchoOptions } from '../../runs/echo/written.ts'
import { longFlag, optionName } from '../../options/flag.ts'
import { planRelay, type RelayJob } from '../../runs/relay/plan.ts'
import { listOf, pick, type Options } from '../../options/written-options.ts'
import { EXEC_FLAGS } from './flags.ts'

/** What is started before a command. */
export interface ExecPlan {
  /** A server, or where one runs already. */
  readonly server: EchoPlan | Target
  /** Its `to` is known once the server is there. */
  readonly relay?: RelayJob
}

/** Reads options into a plan; throws a `usage` error that says what is wrong and what would be right. */
export function planExec(options: Options): ExecPlan {
  const server = planServer(options)
  const rules = ['relay', 'up', 'down'].some(name => options[name] !== undefined)
  if (!rules) {
    const { to } = pick(options, ['to'])
    const idle = ['seed', 'truth'].find(name => options[name] !== undefined)
    if (idle !== undefined) throw usage(`--${idle} is for a relay`, 'add --relay, --up or --down with its rules')
    if (to !== undefined)
      throw usage(
        '--to names a server that runs already, so there is nothing to start',
        'add --relay drop=5%, or leave --to out',
      )
    return { server }
  }
  const both = listOf(options, 'relay')
  const relay = planRelay({
    listen: '127.0.0.1:0',
    up: [...both, ...listOf(options, 'up')],
    down: [...both, ...listOf(options, 'down')],
    ...pick(options, ['seed', 'to']),
  })
  return { server, relay }
}

function planServer(options: Options): EchoPlan | Target {
  const { to } = pick(options, ['to'])
  if (to === undefined) return planEcho({ port: 0, ...readEchoOptions(options) })
  const idle = EXEC_FLAGS.filter(({ group }) => group === 'Server:').map(optionName)
  const said = idle.find(name => name !== 'to' && options[name] !== undefined)
  if (said !== undefined)
    throw usage(`--to names a server that runs already, so ${longFlag(said)} says nothing`, 'leave one of them out')
  return parseTarget(to, '--to')
}
