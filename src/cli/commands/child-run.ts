import { formatAddress } from '../../base/address.ts'
import { startCompanions } from '../../jobs/exec/companions.ts'
import { EXEC_OPTIONS } from '../../jobs/exec/options.ts'
import { planExec } from '../../jobs/exec/plan.ts'
import { recordJson } from '../../runs/relay/record-lines.ts'
import { runChild } from './child-process.ts'
import { signalStatus } from '../exit.ts'
import { pick, rawOptions, type Options } from '../../options/raw-options.ts'
import { write } from '../output/streams.ts'
import type { Prepared } from '../subcommand.ts'

/** `udptool exec`: a command with its own server and relay. */
export function prepareChild(words: readonly string[], options: Options): Prepared {
  const plan = planExec(rawOptions(EXEC_OPTIONS, options))
  const { truth } = pick(options, ['truth'])
  const verbose = options['verbose'] === true
  return {
    files: { '--truth': truth },
    async run({ signals, files }) {
      const companions = await startCompanions(plan)
      try {
        if (verbose) await write(process.stderr, `udptool: UDPTOOL_TARGET=${formatAddress(companions.address)}\n`)
        if (signals.received !== undefined) return signalStatus(signals.received)
        return await runChild(words, companions.environment, signals)
      } finally {
        await companions.close()
        const { served } = companions
        if (verbose && served !== undefined)
          await write(process.stderr, `udptool: ${served.received} received, ${served.replied} replied\n`)
        const record = companions.truth()
        if (record !== undefined) await files['--truth']?.write([recordJson(record)])
      }
    },
  }
}
