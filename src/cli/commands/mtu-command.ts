import { DEFAULT_HOST, DEFAULT_PORT } from '../../base/target.ts'
import { MTU_OPTIONS } from '../../jobs/mtu/options.ts'
import { FORMATS } from '../../report/formats.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { REPORT_INTERVAL_OPTION } from '../../options/report-interval.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool mtu host:9000                       to any echo server (RFC 8899)
  udptool mtu host:9000 --size 1400,4000      and the packets of these sizes
  udptool mtu [2001:db8::7]:9000 --json
  udptool mtu host:9000 --expect 'mtu>=1500'  fail if the path MTU is smaller`

export const MTU: Subcommand = {
  name: 'mtu',
  about: 'find the largest packet that the path carries (path MTU)',
  operand: [['[target]', `host:port, [v6]:port or host (default ${DEFAULT_HOST}:${DEFAULT_PORT})`]],
  options: { ...MTU_OPTIONS, reportInterval: REPORT_INTERVAL_OPTION },
  formats: FORMATS,
  quietAbout: 'print only the verdict, with failed expectations',
  help: HELP,
  async prepare([to], options) {
    const { planMtu } = await import('../../jobs/mtu/plan.ts')
    const plan = planMtu({ ...rawOptions(MTU_OPTIONS, options), ...(to === undefined ? {} : { to }) })
    const { runMtu } = await import('../../jobs/mtu/run.ts')
    const { prepareRounds } = await import('./rounds.ts')
    return prepareRounds(options, hooks => runMtu(plan, hooks))
  },
}
