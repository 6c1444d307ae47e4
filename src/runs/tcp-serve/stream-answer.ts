import type { Connection } from '../../stream/connection.ts'
import { uppercase } from '../../wire/uppercase.ts'
import type { StreamMode } from './plan.ts'

/**
 * Answers a stream byte for byte until the peer ends its side. Reads the next bytes only when the last answer is sent, so a peer that does
 * not read its answers is not read from.
 */
export async function answerStream(connection: Connection, mode: StreamMode, stopping: AbortSignal): Promise<void> {
  const end = (): void => void connection.end()
  stopping.addEventListener('abort', end)
  try {
    for await (const piece of connection.chunks()) {
      if (mode === 'discard') continue
      if (mode === 'upper') uppercase(piece, 0, piece.length)
      await connection.send(piece)
    }
    await connection.end()
  } finally {
    stopping.removeEventListener('abort', end)
  }
}
