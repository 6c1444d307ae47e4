import type { Command } from 'commander'
import { SWEEP_FLAGS } from '../jobs/sweep/flags.ts'
import { readSendOptions } from '../runs/send/written.ts'
import { addFlags, pick, type Options } from './flags.ts'
import { formatFlag, FORMATS } from './formats.ts'

const EXAMPLES = `
Examples:
  udptool sweep --to host:9000                      edges, to the byte
  udptool sweep --to host:9000 --sizes 1390..1480   each of these, five times
  udptool sweep --to host:9000 --sizes 64..9000/512 --count 20 --json
  udptool sweep --to host:9000 --expect 'maxIntactSize>=8972'`

/** `udptool sweep` */
export function addSweepCommand(program: Command, done: (status: number) => void): void {
  const command = program.command('sweep').description('find the sizes that come through, and the holes')
  addFlags(command, [...SWEEP_FLAGS, formatFlag(FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await sweep(options)))
}

async function sweep(options: Options): Promise<number> {
  const { planSweep } = await import('../jobs/sweep/plan.ts')
  const plan = planSweep({ ...readSendOptions(options), ...pick(options, ['sizes']) })
  const { runSweep } = await import('../jobs/sweep/run.ts')
  const { showSearch } = await import('./search-output.ts')
  return showSearch(options, hooks => runSweep(plan, hooks))
}
