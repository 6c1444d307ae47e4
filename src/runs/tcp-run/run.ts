import { formatAddress, type StreamAddress } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { connect } from '../../stream/connect.ts'
import { readFrames } from '../../stream/frames.ts'
import { encodeFrameHeader } from '../../wire/framing.ts'
import { readAnswer, refusedBy } from '../frame-answer.ts'
import type { RemoteCommandPlan } from './plan.ts'

/** The end of a remote command. */
export interface RemoteCommandEnd {
  readonly exitCode: number
  /** Why the server ended it. Absent if it ended by itself. */
  readonly reason?: string
  /** Bytes of output. */
  readonly size: number
  readonly target: StreamAddress
}

export interface RemoteCommandHooks {
  /** Aborts the call. The server ends the command. */
  readonly signal?: AbortSignal
  /** Called with the output as it comes, standard output before standard error. The next piece comes after this call has resolved. */
  readonly onOutput: (bytes: Uint8Array) => void | Promise<void>
}

/**
 * Runs a command of a server's list. Rejects with a UdptoolError: `refused` with the server's reason, `protocol`, or an error of `connect`.
 */
export async function runRemoteCommand(
  plan: RemoteCommandPlan,
  { signal, onOutput }: RemoteCommandHooks,
): Promise<RemoteCommandEnd> {
  const connection = await connect(plan.connect, signal)
  try {
    connection.idleTimeout(plan.timeout)
    await connection.send(encodeFrameHeader({ cmd: 'run', name: plan.name }))
    const frames = readFrames(connection.chunks())
    const answer = await readAnswer(frames, connection.peer)
    const at = formatAddress(connection.peer)
    if (answer === undefined) {
      throw new UdptoolError('protocol', `${at} ended the connection without an answer`, {
        operation: 'run',
        address: at,
        hint: 'is it a server with --commands?',
      })
    }
    const { exit_code: exitCode, reason } = answer.header
    if (typeof exitCode !== 'number' || !Number.isInteger(exitCode))
      throw refusedBy(connection.peer, `the command ${quoted(plan.name)}`, answer.header)
    for await (const piece of answer.body) await onOutput(piece)
    return {
      exitCode,
      ...(typeof reason === 'string' ? { reason } : {}),
      size: answer.bodySize,
      target: connection.peer,
    }
  } finally {
    connection.destroy()
  }
}
