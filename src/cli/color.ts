import { parseOption } from '../options/parse-options.ts'
import { COMMON_OPTIONS } from './flags.ts'

/** Whether to colour a stream: --color, then NO_COLOR (no-color.org), then FORCE_COLOR, then whether it is a terminal that can. */
export function wantsColor(policy: string, stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  const choice = parseOption('color', COMMON_OPTIONS.color, policy)
  if (choice !== 'auto') return choice === 'always'
  if ((env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0'
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
