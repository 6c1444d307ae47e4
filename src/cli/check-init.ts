import { existsSync } from 'node:fs'
import { usage } from '../base/error.ts'
import { surveyServer } from '../jobs/check/server-survey.ts'
import { renderCheckFile } from '../report/formats/check-file.ts'
import { EXIT, signalStatus } from './exit.ts'
import type { Options } from './flags.ts'
import { LiveLine } from './live-line.ts'
import { OutputFiles } from './output-files.ts'
import { Signals } from './signals.ts'
import { write } from './streams.ts'

/** `udptool check --init`: writes a check file, to standard output or a file that is not there yet. */
export async function initCheckFile(target: string, file: string | undefined, options: Options): Promise<number> {
  refuseExisting(file)
  const output = file === undefined ? undefined : new OutputFiles().open(file, '--init')
  const signals = new Signals()
  const line = new LiveLine(process.stderr, options['quiet'] === true)
  try {
    line.show(`looking at ${target}`)
    const findings = await surveyServer(target, signals.signal)
    line.clear()
    if (signals.received !== undefined) return signalStatus(signals.received)
    if (findings === undefined) {
      await write(
        process.stderr,
        `udptool: nothing came back whole from ${target}, so there is nothing to hold it to\n`,
      )
      return EXIT.failed
    }
    const text = renderCheckFile(findings)
    if (output === undefined) await write(process.stdout, text)
    else {
      refuseExisting(file)
      await output.write([text])
    }
    return EXIT.done
  } finally {
    line.clear()
    signals.close()
  }
}

/** What somebody wrote by hand is not written over. */
function refuseExisting(file: string | undefined): void {
  if (file !== undefined && existsSync(file))
    throw usage(`${file} is there already`, 'name a file that is not, or none')
}
