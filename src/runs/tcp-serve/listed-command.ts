import { messageOf } from '../../base/thrown.ts'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { formatDuration } from '../../base/duration.ts'
import { UdptoolError } from '../../base/error.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { quoted } from '../../base/quoted.ts'
import { formatSize } from '../../base/size.ts'
import { errorName } from '../../engine/socket-error.ts'
import type { Argv } from './command-list.ts'
import type { CommandsPlan } from './plan.ts'
import { Spool, SpoolRoom } from './spool.ts'
import { StorageError } from './storage-error.ts'

/** The end of a command. */
export interface CommandEnd {
  /** The exit code of the program, or 128 plus the number of its signal, as in a shell. 124 after the time limit, as in timeout(1). */
  readonly exitCode: number
  /** Why the server ended it. Absent if it ended by itself. */
  readonly reason?: string
  /** Standard output, then standard error. The caller closes both. */
  readonly output: readonly Spool[]
}

const TIMED_OUT = 124
const GONE = 'the client disconnected'
const KILLED = 128 + constants.signals.SIGKILL

/** Time to read the pipes of a killed command, ms. A process that left its group can hold them open for ever. */
const KILLED_OUTPUT_MS = 500

type Child = ChildProcessByStdio<null, Readable, Readable>

/**
 * Runs a program with its arguments, without a shell and without standard input, and collects its output. The program and its child
 * processes are killed when its time or room is used up, or `gone` is aborted. Rejects with `refused` if it cannot be started, and with
 * StorageError if its output cannot be stored.
 */
export async function runListed(
  [program, ...args]: Argv,
  { maxTime, maxOutput }: Pick<CommandsPlan, 'maxTime' | 'maxOutput'>,
  gone: AbortSignal,
  shared = new SpoolRoom(Infinity),
): Promise<CommandEnd> {
  const output = [new Spool(shared), new Spool(shared)] as const
  if (gone.aborted) return { exitCode: KILLED, reason: GONE, output }
  let child: Child | undefined
  let ended: Omit<CommandEnd, 'output'> | undefined
  const end = (exitCode: number, reason: string): void => {
    ended ??= { exitCode, reason }
    if (child !== undefined) killGroup(child)
  }
  const late = (): void => end(TIMED_OUT, `it exceeded the time limit of ${formatDuration(maxTime)}`)
  const leave = (): void => end(KILLED, GONE)
  const gather = async (from: Readable, into: Spool): Promise<void> => {
    try {
      for await (const piece of from as AsyncIterable<Uint8Array>) {
        const own = maxOutput - output[0].size - output[1].size
        const room = Math.min(own, shared.left)
        await kept(into, piece.subarray(0, room), program)
        if (piece.length > own) return end(KILLED, `it wrote more than ${formatSize(maxOutput)}`)
        if (piece.length > room)
          return end(KILLED, `the outputs of all commands take more than ${formatSize(shared.most)}`)
      }
    } catch (cause) {
      // The pipe of a killed command breaks, which is expected.
      if (ended === undefined) throw cause
    }
  }
  const timer = setTimeout(late, maxTime / MILLISECOND)
  gone.addEventListener('abort', leave)
  try {
    // A process group of its own, so that its child processes are killed with it.
    child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, windowsHide: true })
    const [[code, signal]] = await Promise.all([
      once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
      gather(child.stdout, output[0]),
      gather(child.stderr, output[1]),
    ])
    return { exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), ...ended, output }
  } catch (cause) {
    if (child !== undefined) killGroup(child)
    await Promise.all(output.map(spool => spool.close()))
    if (cause instanceof StorageError) throw cause
    throw new UdptoolError('refused', `cannot run ${quoted(program)}: ${startError(cause)}`, {
      operation: 'run',
      cause,
    })
  } finally {
    clearTimeout(timer)
    gone.removeEventListener('abort', leave)
  }
}

async function kept(into: Spool, bytes: Uint8Array, program: string): Promise<void> {
  try {
    await into.write(bytes)
  } catch (cause) {
    throw new StorageError(`the output of ${quoted(program)}`, cause)
  }
}

function startError(cause: unknown): string {
  const name = errorName(cause)
  if (name === 'ENOENT') return 'there is no such program'
  if (name === 'EACCES') return 'it may not be executed'
  return messageOf(cause)
}

function killGroup(child: Child): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended already, or this system has no process groups.
    child.kill('SIGKILL')
  }
  const timer = setTimeout(() => {
    child.stdout.destroy()
    child.stderr.destroy()
  }, KILLED_OUTPUT_MS)
  child.once('close', () => clearTimeout(timer))
}
