import { PING_OPTIONS } from '../../jobs/ping/options.ts'
import { DIFF_FORMATS } from '../../report/formats.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { REPORT_INTERVAL_OPTION } from '../../options/report-interval.ts'
import { readBaseline } from './read-baseline.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Ctrl-C ends it: the ledger is printed, and the exit status is that of the run.

Examples:
  udptool ping host                    a probe a second, until Ctrl-C
  udptool ping host:9000 -c 5 -i 0.2   five probes, 200 ms apart
  udptool ping host -s 1472 -M do      with DF: does a full packet pass?
  udptool ping host -c 20 --expect 'loss==0'
  udptool ping host --json             a JSON object for each probe`

export const PING: Subcommand = {
  name: 'ping',
  about: 'send a probe a second to a target and print what happened to each',
  operand: [['<target>', 'host:port, [v6]:port or host (default port 9000)']],
  options: { ...PING_OPTIONS, reportInterval: REPORT_INTERVAL_OPTION },
  formats: DIFF_FORMATS,
  events: true,
  quietAbout: 'no line for each probe, only the end',
  help: HELP,
  async prepare([target = ''], options) {
    const { planPing } = await import('../../jobs/ping/plan.ts')
    const plan = planPing(target, await readBaseline(rawOptions(PING_OPTIONS, options)))
    const { runPing } = await import('./ping-run.ts')
    const { readReportInterval } = await import('../progress/interval-reports.ts')
    const interval = readReportInterval(options)
    return { run: async session => runPing(plan, options['timestamps'] === true, interval, session) }
  },
}
