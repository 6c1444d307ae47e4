import type { PutResult } from '../../verdict/upload.ts'
import type { PutOptions } from './options.ts'
import { planPut } from './plan.ts'
import { runPut, type PutHooks } from './run.ts'

export interface PutRequest extends PutOptions, PutHooks {}

/**
 * Sends a file to a server with an inbox, and waits until it says that it has it. Rejects with a UdptoolError: `usage`, `file`,
 * `resolve`, `refused`, `protocol`, `socket`.
 */
export async function put(request: PutRequest): Promise<PutResult> {
  return runPut(planPut(request), request)
}
