import { appendFileSync, statSync } from 'node:fs'
import { fileErrorReason } from '../runs/file-error.ts'
import type { Report } from '../report/formats/report.ts'
import { withinBytes } from '../report/text/within-bytes.ts'
import { renderReport } from '../report/formats.ts'
import { inRepository } from './repository-path.ts'
import { write } from './output/streams.ts'

/** GitHub's limit for the summary of a step. It ignores a longer one. */
const MOST_SUMMARY = 1024 * 1024
const CUT = '\n_The rest does not fit into a job summary._\n'

/**
 * Reports to GitHub Actions: annotations and the job summary. The runner also reads annotations from standard error, so they never get into
 * data. With the format `github` they are already in its output.
 */
export async function reportToGithub(
  report: Report,
  formats: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const asked = formats.includes('github')
  if (env['GITHUB_ACTIONS'] !== 'true' && !asked) return
  if (!asked)
    for (const line of await renderReport('github', inRepository(report)))
      await write(process.stderr, Buffer.from(line))
  const file = env['GITHUB_STEP_SUMMARY'] ?? ''
  if (file !== '') await appendSummary(report, file)
}

/** A summary that cannot be written does not change the result. */
async function appendSummary(report: Report, file: string): Promise<void> {
  try {
    const room = MOST_SUMMARY - (statSync(file, { throwIfNoEntry: false })?.size ?? 0)
    const text = [...withinBytes(await renderReport('markdown', report), room, CUT)].join('')
    appendFileSync(file, text)
  } catch (error) {
    await write(process.stderr, `udptool: the job summary cannot be written: ${fileErrorReason(error)}\n`)
  }
}
