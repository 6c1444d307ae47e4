import { renderDocument } from '../../report/formats/json.ts'
import type { RemoteCommandPlan } from '../../runs/tcp-run/plan.ts'
import { collectCommand } from '../../runs/tcp-run/run-command.ts'
import { runRemoteCommand, type RemoteCommandEnd } from '../../runs/tcp-run/run.ts'
import { write } from './streams.ts'

/** Runs a command of a server's list and writes its output as it arrives. */
export async function runToStdout(plan: RemoteCommandPlan, _: string, signal: AbortSignal): Promise<RemoteCommandEnd> {
  return runRemoteCommand(plan, { signal, onOutput: async bytes => void (await write(process.stdout, bytes)) })
}

/** One document. Output that is not UTF-8 is in base64. */
export async function runToJson(plan: RemoteCommandPlan, name: string, signal: AbortSignal): Promise<RemoteCommandEnd> {
  const { output, ...end } = await collectCommand(plan, { signal })
  const text = Buffer.from(output).toString()
  const whole = Buffer.from(text).equals(output)
  const encoded = whole ? { output: text } : { output: Buffer.from(output).toString('base64'), encoding: 'base64' }
  const document = { command: 'tcp run', name, ...end, ...encoded }
  await write(process.stdout, renderDocument(document))
  return end
}
