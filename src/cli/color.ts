import { parseOption } from '../options/parse-options.ts'
import { COMMON_OPTIONS } from './flags.ts'

/** Whether to colour a stream: by --color, else NO_COLOR (no-color.org), else FORCE_COLOR, else by the capabilities of the terminal. */
export function wantsColor(policy: string, stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  const choice = parseOption('color', COMMON_OPTIONS.color, policy)
  if (choice !== 'auto') return choice === 'always'
  if ((env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0'
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
