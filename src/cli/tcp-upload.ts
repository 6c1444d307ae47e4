import { planPut, type PutPlan } from '../runs/tcp-put/plan.ts'
import { runPut } from '../runs/tcp-put/run.ts'
import type { PutProgress, PutResult } from '../verdict/upload.ts'
import { renderDocument } from '../report/formats/json.ts'
import { createPalette } from '../report/text/palette.ts'
import { renderTransfer } from '../report/terminal/transfer.ts'
import { renderUpload } from '../report/terminal/upload.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus } from './exit.ts'
import { familyOf, pick, type Options } from './flags.ts'
import { DOCUMENT_FORMATS } from './formats.ts'
import { LiveLine } from './live-line.ts'
import { openOutputs } from './outputs.ts'
import { Signals } from './signals.ts'

/** How often the progress is drawn. */
const REDRAW_MS = 100

/** Sends a file, and shows how far it is and what became of it; returns the exit status. */
export async function upload(file: string, options: Options): Promise<number> {
  const plan = planPut({ file, ...pick(options, ['name', 'to', 'timeout']), ...familyOf(options) })
  const outputs = openOutputs(DOCUMENT_FORMATS, options)
  const signals = new Signals()
  try {
    const result = await sendFile(plan, options, signals.signal)
    await outputs.deliver((format, view) => {
      if (format === 'json') return [renderDocument({ command: 'tcp put', ...result })]
      return view.quiet === true ? [] : [renderUpload(result, view)]
    })
    return EXIT.done
  } catch (error) {
    if (signals.received !== undefined) return signalStatus(signals.received)
    throw error
  } finally {
    signals.close()
  }
}

async function sendFile(plan: PutPlan, options: Options, signal: AbortSignal): Promise<PutResult> {
  const { color = 'auto' } = pick(options, ['color'])
  const palette = createPalette(wantsColor(color, process.stderr, process.env))
  const line = new LiveLine(process.stderr, options['quiet'] === true)
  let phase: PutProgress['phase'] = 'digest'
  let start = performance.now()
  let drawn = -Infinity
  const onProgress = (progress: PutProgress): void => {
    const now = performance.now()
    if (progress.phase !== phase) [phase, start] = [progress.phase, now]
    if (!line.shown || (now - drawn < REDRAW_MS && progress.bytes < progress.size)) return
    drawn = now
    line.show(renderTransfer({ ...progress, elapsedMs: now - start }, line.columns, palette))
  }
  try {
    return await runPut(plan, { signal, onProgress })
  } finally {
    line.clear()
  }
}
