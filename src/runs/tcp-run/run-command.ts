import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import { UdptoolError } from '../../base/error.ts'
import { formatSize } from '../../base/size.ts'
import { REMOTE_COMMAND_OPTIONS, type RemoteCommandOptions } from './options.ts'
import { planRemoteCommand, type RemoteCommandPlan } from './plan.ts'
import { runRemoteCommand, type RemoteCommandEnd } from './run.ts'

export interface RunCommandRequest extends RemoteCommandOptions {
  /** Aborts the call. The server ends the command. */
  readonly signal?: AbortSignal
  /** More output than this number of bytes is an error. Default 64 MiB. */
  readonly maxOutput?: number
}

export interface CommandOutcome extends RemoteCommandEnd {
  /** Standard output, then standard error. */
  readonly output: Uint8Array
}

/** The default limit of a server. */
const MAX_OUTPUT = 64 * 1024 * 1024

/** The options of `runCommand`. */
export const RUN_COMMAND_REQUEST = libraryOptions(REMOTE_COMMAND_OPTIONS, {
  name: 'text',
  family: 'family',
  signal: 'signal',
  maxOutput: 'number',
})

/**
 * Runs a command of a server's list and returns its whole output. A command that fails is not an error: see `exitCode`. Rejects with a
 * UdptoolError: `usage`, `resolve`, `refused`, `protocol`, `socket`.
 */
export async function runCommand(request: RunCommandRequest): Promise<CommandOutcome> {
  checkOptions(request, RUN_COMMAND_REQUEST, 'runCommand', ['name'])
  return collectCommand(planRemoteCommand(request), request)
}

/** The same from a plan. */
export async function collectCommand(
  plan: RemoteCommandPlan,
  { signal, maxOutput = MAX_OUTPUT }: Pick<RunCommandRequest, 'signal' | 'maxOutput'>,
): Promise<CommandOutcome> {
  const pieces: Uint8Array[] = []
  let size = 0
  const end = await runRemoteCommand(plan, {
    ...(signal === undefined ? {} : { signal }),
    onOutput: piece => {
      size += piece.length
      if (size > maxOutput) throw new UdptoolError('protocol', `the output is longer than ${formatSize(maxOutput)}`)
      pieces.push(piece)
    },
  })
  return { ...end, output: Buffer.concat(pieces) }
}
