import { rawOptions } from '../../options/raw-options.ts'
import { REPORT_INTERVAL_OPTION } from '../../options/report-interval.ts'
import { FORMATS } from '../../report/formats.ts'
import { STAMP_SEND_OPTIONS } from '../../jobs/stamp-send/options.ts'
import { JOURNAL_OPTION } from './journal-option.ts'
import { readBaseline } from './read-baseline.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool stamp send --to router               ten packets to port 862
  udptool stamp send --to router --count 1000 --interval 20ms --expect 'loss<1%'
  udptool stamp send --to router --tlv direct  direction of a loss, also from a
                                               reflector that keeps no numbers
  udptool stamp send --to router --tlv cos --dscp ef
  udptool stamp send --to router --auth --key-file keys
  udptool stamp send --to router --twamp-light --size 14
  udptool stamp send --self --flood`

export const STAMP_SEND: Subcommand = {
  name: 'send',
  about: 'send test packets to a reflector and report what happened to each',
  options: { ...STAMP_SEND_OPTIONS, journal: JOURNAL_OPTION, reportInterval: REPORT_INTERVAL_OPTION },
  formats: FORMATS,
  quietAbout: 'print only the verdict, with failed expectations',
  help: HELP,
  async prepare(_, options) {
    const { planStampSend } = await import('../../jobs/stamp-send/plan.ts')
    const plan = planStampSend(await readBaseline(rawOptions(STAMP_SEND_OPTIONS, options)), process.env)
    return (await import('./send-probes.ts')).prepareProbes(plan, options)
  },
}
