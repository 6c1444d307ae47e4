import { usage } from '../../base/error.ts'

export function parseDf(mode: boolean | string, flag: string): 'do' | 'probe' | undefined {
  if (mode === false) return undefined
  if (mode === true || mode === 'probe') return 'probe'
  if (mode === 'do') return 'do'
  throw usage(`${flag} cannot be "${mode}": it is do or probe`, `write ${flag} or ${flag}=do`)
}
