import { usage } from '../base/error.ts'

/** Whether to colour a stream: --color, then NO_COLOR (no-color.org), then FORCE_COLOR, then whether it is a terminal that can. */
export function wantsColor(policy: string, stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (policy === 'always') return true
  if (policy === 'never') return false
  if (policy !== 'auto')
    throw usage(`--color cannot be "${policy}": it is auto, always or never`, 'write --color never')
  if ((env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0'
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
