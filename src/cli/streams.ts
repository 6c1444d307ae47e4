import type { WriteStream } from 'node:tty'
import { UdptoolError } from '../base/error.ts'
import { fileErrorReason } from '../jobs/file-error.ts'
import { errorLine, errorStatus } from './exit.ts'

/**
 * `| head` closes the pipe before all is written: that is no error, and there is nobody left to tell. A full disk is one: nothing that
 * follows could be written either.
 */
export function heedWriteErrors(stream: NodeJS.WriteStream, name: string): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    const lost = new UdptoolError('file', `cannot write ${name}: ${fileErrorReason(error)}`, { cause: error })
    if (stream !== process.stderr) process.stderr.write(errorLine(lost, false))
    process.exit(errorStatus(lost))
  })
}

/** Writes and waits until the stream has taken it. */
export async function write(stream: NodeJS.WritableStream, data: string | Uint8Array): Promise<void> {
  if (data.length === 0) return
  await new Promise<void>(resolve => {
    stream.write(data, () => resolve())
  })
}

/** Columns of a stream; 80 where it is no terminal, or one that does not say. */
export function columnsOf(stream: NodeJS.WriteStream | WriteStream): number {
  return stream.isTTY && stream.columns > 0 ? stream.columns : 80
}
