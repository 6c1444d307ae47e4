import { decodeSaved, readSaved, type Saved } from '../jobs/saved-document.ts'

/** Reads a saved document from a file, or with `-` from standard input. Rejects with `usage` where that is none. */
export async function readSavedInput(file: string): Promise<Saved> {
  if (file !== '-') return readSaved(file)
  process.stdin.setEncoding('utf8')
  let text = ''
  for await (const chunk of process.stdin) text += String(chunk)
  return decodeSaved(text, 'standard input')
}
