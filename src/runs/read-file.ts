import { readFileSync } from 'node:fs'
import { UdptoolError } from '../base/error.ts'
import { fileErrorReason } from './file-error.ts'

/** The content of an input file. Throws `usage` if it cannot be read. */
export function readBytes(file: string, what = file): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new UdptoolError('usage', `cannot read ${what}: ${fileErrorReason(cause)}`, {
      hint: 'name a file that exists and may be read',
      cause,
    })
  }
}
