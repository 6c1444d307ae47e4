import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import type { PutResult } from '../../verdict/upload.ts'
import { PUT_OPTIONS, type PutOptions } from './options.ts'
import { planPut } from './plan.ts'
import { runPut, type PutHooks } from './run.ts'

export interface PutRequest extends PutOptions, PutHooks {}

/** The options of `put`. */
export const PUT_REQUEST = libraryOptions(PUT_OPTIONS, {
  file: 'text',
  family: 'family',
  signal: 'signal',
  onProgress: 'function',
})

/**
 * Sends a file to a server with an inbox, and waits until the server confirms it. Rejects with a UdptoolError: `usage`, `file`, `resolve`,
 * `refused`, `protocol`, `socket`.
 */
export async function put(request: PutRequest): Promise<PutResult> {
  checkOptions(request, PUT_REQUEST, 'put', ['file'])
  return runPut(planPut(request), request)
}
