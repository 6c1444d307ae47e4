import { existsSync } from 'node:fs'
import { usage } from '../../base/error.ts'
import { surveyServer } from '../../jobs/check/server-survey.ts'
import { renderCheckFile } from '../../report/formats/check-file.ts'
import { EXIT, signalStatus } from '../exit.ts'
import { write } from '../output/streams.ts'
import type { Prepared } from '../subcommand.ts'

/** `udptool check --init`: writes a check file to standard output or to a new file. */
export function prepareInit(target: string, file: string | undefined): Prepared {
  refuseExisting(file)
  return {
    files: { '--init': file },
    async run({ signals, line, files }) {
      line.show(`looking at ${target}`)
      const findings = await surveyServer(target, signals.signal)
      line.clear()
      if (signals.received !== undefined) return signalStatus(signals.received)
      if (findings === undefined) {
        const what = `no intact reply came from ${target}, so there is nothing to write`
        await write(process.stderr, `udptool: ${what}\n`)
        return EXIT.failed
      }
      refuseExisting(file)
      const text = renderCheckFile(findings)
      await (files['--init']?.write([text]) ?? write(process.stdout, text))
      return EXIT.done
    },
  }
}

/** An existing file is never overwritten. */
function refuseExisting(file: string | undefined): void {
  if (file !== undefined && existsSync(file)) throw usage(`${file} already exists`, 'name a new file, or none')
}
