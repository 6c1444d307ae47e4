import { usage } from '../../base/error.ts'
import { DEFAULT_HOST, DEFAULT_PORT } from '../../base/target.ts'
import { SWEEP_OPTIONS } from '../../jobs/sweep/options.ts'
import { FORMATS } from '../../report/formats.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { REPORT_INTERVAL_OPTION } from '../../options/report-interval.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool sweep host:9000                      find the limits to the byte
  udptool sweep host:9000 --sizes 1390..1480   five probes of each size
  udptool sweep host:9000 --sizes 64..9000/512 --count 20 --json
  udptool sweep host:9000 --expect 'maxIntactSize>=8972'`

export const SWEEP: Subcommand = {
  name: 'sweep',
  about: 'measure loss by datagram size; find the limits and the holes',
  operand: [['[target]', `host:port, [v6]:port or host (default ${DEFAULT_HOST}:${DEFAULT_PORT})`]],
  options: { ...SWEEP_OPTIONS, reportInterval: REPORT_INTERVAL_OPTION },
  formats: FORMATS,
  quietAbout: 'print only the verdict, with failed expectations',
  help: HELP,
  async prepare([target], options) {
    const { planSweep } = await import('../../jobs/sweep/plan.ts')
    const raw = rawOptions(SWEEP_OPTIONS, options)
    if (target !== undefined && raw.to !== undefined)
      throw usage(`there are two targets: ${target} and --to ${raw.to}`, 'leave one of them out')
    const plan = planSweep({ ...raw, ...(target === undefined ? {} : { to: target }) })
    const { runSweep } = await import('../../jobs/sweep/run.ts')
    const { prepareRounds } = await import('./rounds.ts')
    return prepareRounds(options, hooks => runSweep(plan, hooks))
  },
}
