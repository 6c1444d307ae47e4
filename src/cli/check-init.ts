import { existsSync, writeFileSync } from 'node:fs'
import { usage } from '../base/error.ts'
import { lookAtServer } from '../jobs/check/look.ts'
import { fileErrorReason } from '../jobs/file-error.ts'
import { renderCheckFile } from '../report/check-file.ts'
import { EXIT, signalStatus } from './exit.ts'
import type { Options } from './flags.ts'
import { LiveLine } from './live-line.ts'
import { Signals } from './signals.ts'
import { write } from './streams.ts'

/** `udptool check --init`: writes a check file, to standard output or a file that is not there yet. */
export async function initCheckFile(target: string, file: string | undefined, options: Options): Promise<number> {
  if (file !== undefined && existsSync(file))
    throw usage(`${file} is there already`, 'name a file that is not, or none')
  const signals = new Signals()
  const line = new LiveLine(process.stderr, options['quiet'] === true)
  try {
    line.show(`looking at ${target}`)
    const findings = await lookAtServer(target, signals.signal)
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
    if (file === undefined) await write(process.stdout, text)
    else writeNew(file, text)
    return EXIT.done
  } finally {
    line.clear()
    signals.close()
  }
}

/** What somebody wrote by hand is not written over. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (cause) {
    throw usage(`cannot write the check file ${file}: ${fileErrorReason(cause)}`, 'name one that is not there yet')
  }
}
