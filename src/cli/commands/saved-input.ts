import { usage } from '../../base/error.ts'
import { decodeSaved, readSaved, type Saved } from '../../runs/saved-document.ts'

/** Limit for the bytes from standard input. */
const MOST_BYTES = 2 ** 31

/** Reads a saved document from a file, or with `-` from standard input. Rejects with `usage` if it is not one. */
export async function readSavedInput(file: string): Promise<Saved> {
  if (file !== '-') return readSaved(file)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MOST_BYTES) throw usage('standard input is larger than 2 GiB', 'give a smaller document')
    chunks.push(chunk)
  }
  return decodeSaved(Buffer.concat(chunks), 'standard input')
}
