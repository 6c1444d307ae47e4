import { DEFAULT_HOST, DEFAULT_PORT } from '../../base/target.ts'
import { RATE_OPTIONS } from '../../jobs/rate/options.ts'
import { FORMATS } from '../../report/formats.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { REPORT_INTERVAL_OPTION } from '../../options/report-interval.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
It loads the path until datagrams are lost, so off loopback it needs --to-rate
or --yes. A search takes about 20 s.

Examples:
  udptool rate                              an echo server on this machine
  udptool rate host:9000 --to-rate 50Mbit   offer at most 50 Mbit/s of payload
  udptool rate host:9000 --yes --size 200,1200   a row for each size
  udptool rate host:9000 --yes --burst 512  and the largest burst without a loss
  udptool rate host:9000 --to-rate 20Mbit --expect 'rate>=10Mbit'`

export const RATE: Subcommand = {
  name: 'rate',
  about: 'find the highest rate without loss, and what stops a higher one',
  operand: [['[target]', `host:port, [v6]:port or host (default ${DEFAULT_HOST}:${DEFAULT_PORT})`]],
  options: { ...RATE_OPTIONS, reportInterval: REPORT_INTERVAL_OPTION },
  formats: FORMATS,
  quietAbout: 'print only the verdict, with failed expectations',
  help: HELP,
  async prepare([to], options) {
    const { planRate } = await import('../../jobs/rate/plan.ts')
    const plan = planRate({ ...rawOptions(RATE_OPTIONS, options), ...(to === undefined ? {} : { to }) })
    const { prepareRate } = await import('./rate-run.ts')
    return prepareRate(plan, options)
  },
}
