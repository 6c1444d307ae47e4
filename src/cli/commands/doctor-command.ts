import { DOCTOR_OPTIONS } from '../../jobs/doctor/options.ts'
import { DOCUMENT_FORMATS } from '../../report/formats.ts'
import { rawOptions } from '../../options/raw-options.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool doctor                               show what loses datagrams and why
  udptool doctor --rate 100kpps --pause 200ms  check the buffers for this rate
  udptool doctor --quiet                       show only what to fix
  udptool doctor --json                        the same as one JSON document`

export const DOCTOR: Subcommand = {
  name: 'doctor',
  about: 'report host settings and counters that affect UDP (read-only)',
  options: DOCTOR_OPTIONS,
  formats: DOCUMENT_FORMATS,
  quietAbout: 'print only what to fix',
  help: HELP,
  prepare: (_, options) => ({
    async run({ signals: { signal }, line }) {
      const { runDoctor } = await import('../../jobs/doctor/run.ts')
      const { renderDoctor } = await import('../../report/terminal/doctor-table.ts')
      const onLook = (what: string): void => line.show(`looking: ${what}`)
      const report = await runDoctor(rawOptions(DOCTOR_OPTIONS, options), { signal, onLook })
      return { content: report, table: view => [renderDoctor(report, view)], verdict: report.verdict }
    },
  }),
}
