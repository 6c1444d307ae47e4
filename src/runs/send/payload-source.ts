import { readFile } from 'node:fs/promises'
import { parseChoice } from '../../base/choice.ts'
import { UdptoolError, usage } from '../../base/error.ts'
import type { PayloadPlan } from '../../facts/plan.ts'
import { fileErrorReason } from '../file-error.ts'

/** The source of the payload, before a file is read. */
export type PayloadSource =
  { readonly kind: 'text' | 'binary' | 'zeros' | 'random' } | { readonly kind: 'file'; readonly path: string }

const KINDS = ['text', 'binary', 'zeros', 'random'] as const

/** Parses `--payload`. */
export function parsePayload(text: string, flag: string): PayloadSource {
  if (text.startsWith('file:') && text.length > 5) return { kind: 'file', path: text.slice(5) }
  const kind = parseChoice(text, flag, [...KINDS, 'file:PATH'] as const)
  if (kind === 'file:PATH')
    throw usage(`${flag} file:PATH stands for a path of yours`, `write ${flag} file:message.bin`)
  return { kind }
}

/** The payload, with the content of its file. Rejects with `file`. */
export async function loadPayload(source: PayloadSource, seed: number): Promise<PayloadPlan> {
  if (source.kind !== 'file') return { kind: source.kind, seed }
  let content: Uint8Array
  try {
    content = await readFile(source.path)
  } catch (cause) {
    throw new UdptoolError('file', `cannot read the payload ${source.path}: ${fileErrorReason(cause)}`, {
      operation: 'read the payload',
      address: source.path,
      hint: 'name a file that exists and may be read',
      cause,
    })
  }
  if (content.length === 0)
    throw usage(`--payload file:${source.path}: the file is empty`, 'name a file with at least one byte')
  return { kind: 'file', seed, content }
}
