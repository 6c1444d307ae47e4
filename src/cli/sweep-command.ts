import { SWEEP_OPTIONS } from '../jobs/sweep/options.ts'
import { FORMATS } from '../report/formats.ts'
import { rawOptions } from '../options/raw-options.ts'
import type { Subcommand } from './subcommand.ts'

const HELP = `
Examples:
  udptool sweep --to host:9000                      find the limits to the byte
  udptool sweep --to host:9000 --sizes 1390..1480   five probes of each size
  udptool sweep --to host:9000 --sizes 64..9000/512 --count 20 --json
  udptool sweep --to host:9000 --expect 'maxIntactSize>=8972'`

export const SWEEP: Subcommand = {
  name: 'sweep',
  about: 'measure loss by datagram size; find the limits and the holes',
  options: SWEEP_OPTIONS,
  formats: FORMATS,
  help: HELP,
  async prepare(_, options) {
    const { planSweep } = await import('../jobs/sweep/plan.ts')
    const plan = planSweep(rawOptions(SWEEP_OPTIONS, options))
    const { runSweep } = await import('../jobs/sweep/run.ts')
    const { probeHooks } = await import('./probe-hooks.ts')
    const { runDocument } = await import('./run-document.ts')
    return { run: async session => runDocument(await runSweep(plan, probeHooks(session))) }
  },
}
