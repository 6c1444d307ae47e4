import { WATCH_OPTIONS } from '../../jobs/monitor/options.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { COMMON_OPTIONS } from '../flags.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
On a terminal the view shows every target, with keys (? lists them). Otherwise a
line about each target is printed every --report-interval, and each event at
once. q or Ctrl-C ends it: the ledgers are printed, and the exit status is 0 if
each target returned an intact reply.

Examples:
  udptool watch edge:9000                     until q or Ctrl-C
  udptool watch a b c -i 200ms --flows 4      four source ports to each of three
  udptool watch edge --web                    also at http://127.0.0.1:19000
  udptool watch --config.file targets.yaml    modules and labels of a file
  udptool watch edge --duration 60s --json    events for a program`

export const WATCH: Subcommand = {
  name: 'watch',
  about: 'probe targets without end and show live what becomes of each probe',
  operand: [['[target...]', 'host:port, [v6]:port or host (default port 9000)']],
  options: WATCH_OPTIONS,
  events: true,
  quietAbout: 'no view and no lines while it runs, only the end',
  help: HELP,
  async prepare(targets, options) {
    const { planWatch } = await import('../../jobs/monitor/plan.ts')
    const raw = rawOptions(WATCH_OPTIONS, options)
    const file = raw['config.file']
    // Load YAML and the schema only for a file.
    const config = file === undefined ? undefined : await (await import('./watch-config.ts')).readWatchConfig(file)
    const plan = planWatch(targets, raw, config)
    const { verbose } = parseOptions(COMMON_OPTIONS, options)
    const { portFile } = raw
    return {
      // Tried before the sockets are opened, so that a missing folder is found before probes are sent.
      files: { '--port-file': portFile },
      async run(session) {
        const { runWatch } = await import('./watch-run.ts')
        return runWatch(plan, verbose, session)
      },
    }
  },
}
