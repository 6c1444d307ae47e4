import type { WriteStream } from 'node:tty'

/** `| head` closes the pipe before all is written: that is no error, and there is nobody left to tell. */
export function ignoreClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
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
