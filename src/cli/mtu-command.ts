import type { Command } from 'commander'
import { MTU_FLAGS } from '../jobs/mtu/flags.ts'
import { MTU_DEFAULTS } from '../jobs/mtu/options.ts'
import { readSendOptions } from '../runs/send/written.ts'
import { addFlags, type Options } from './flags.ts'
import { formatFlag, FORMATS } from './formats.ts'

const EXAMPLES = `
Examples:
  udptool mtu host:9000                       of any echo server (RFC 8899)
  udptool mtu host:9000 --size 1400,4000      and in how many packets these go
  udptool mtu [2001:db8::7]:9000 --json
  udptool mtu host:9000 --expect 'mtu>=1500'  fail where the path is narrower`

/** `udptool mtu` */
export function addMtuCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('mtu')
    .argument('[target]', `host:port, [v6]:port or host (default ${MTU_DEFAULTS.to})`)
    .description('find the largest packet that the path carries')
  addFlags(command, [...MTU_FLAGS, formatFlag(FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (target: string | undefined, options: Options) => done(await mtu(target, options)))
}

async function mtu(target: string | undefined, options: Options): Promise<number> {
  const { planMtu } = await import('../jobs/mtu/plan.ts')
  const to = target === undefined ? {} : { to: target }
  const plan = planMtu({ ...readSendOptions(options), ...to })
  const { runMtu } = await import('../jobs/mtu/run.ts')
  const { showSearch } = await import('./search-output.ts')
  return showSearch(options, hooks => runMtu(plan, hooks))
}
