import { EXPORTER_OPTIONS } from '../../jobs/exporter/options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { Hangups } from '../hangups.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
/metrics has counters of targets that are probed without end, since their start.
SIGHUP and POST /-/reload read the configuration again. SIGTERM ends it.

Examples:
  udptool exporter edge:9000                  http://127.0.0.1:19000/metrics
  udptool exporter --config.file udptool.yml  modules, groups, rules of /probe
  udptool exporter --config.check --config.file udptool.yml
  udptool exporter edge --web.listen-address 0.0.0.0:19000 --public`

export const EXPORTER: Subcommand = {
  name: 'exporter',
  about: 'probe targets without end and serve their metrics to Prometheus',
  operand: [['[target...]', 'host:port, [v6]:port or host (default port 9000)']],
  options: EXPORTER_OPTIONS,
  events: true,
  quietAbout: 'print no address when it is ready',
  help: HELP,
  async prepare(targets, options) {
    const { planExporter } = await import('../../jobs/exporter/plan.ts')
    const plan = planExporter(targets, rawOptions(EXPORTER_OPTIONS, options))
    return {
      // Tried before the sockets are opened, so that a missing folder is found before probes are sent.
      files: { '--port-file': plan.portFile },
      async run(session) {
        // Before anything is loaded: without it a SIGHUP ends the command.
        const hangups = new Hangups(session.signals)
        if (plan.isCheck) return (await import('./exporter-check.ts')).checkExporter(plan, session)
        return (await import('./exporter-run.ts')).runExporter(plan, hangups, session)
      },
    }
  },
}
