import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'
import { ANSWER_OPTIONS } from '../../runs/echo/options.ts'
import { fileOptions } from '../file-options.ts'
import { unknownKey, type FileKeys, type Mistake } from '../mistake.ts'
import type { Path } from '../place.ts'
import { RUN_KINDS } from '../run-kind.ts'

/** Names of these keys in other tools and on our command line. */
const SYNONYMS: Readonly<Record<string, string>> = {
  to: 'target',
  host: 'target',
  address: 'target',
  self: 'serve',
  server: 'serve',
  severity: 'level',
  assert: 'expect',
  thresholds: 'expect',
  command: 'run',
  kind: 'run',
}

/** What a check file knows about its keys. `keysAt` gives the valid keys at a path. */
export function checkKeys(keysAt: FileKeys['keysAt']): FileKeys {
  return {
    keysAt,
    emptyHint: 'docs/check.md has one to begin with',
    unknownKey: unknownCheckKey,
    meant: (name, found) =>
      name === 'run' && typeof found === 'string' ? nearest(found, RUN_KINDS.keys()) : undefined,
  }
}

function unknownCheckKey(key: string, path: Path, known: readonly string[]): Mistake {
  const kinds = [...RUN_KINDS].filter(([, { options }]) => Object.hasOwn(fileOptions(options), key))
  if (kinds.length > 0 && path[0] === 'checks' && path.length === 2) {
    const hint = `${key} is a key of run: ${kinds.map(([name]) => name).join(' and ')}`
    return {
      path: [...path, key],
      atKey: true,
      message: `there is no key ${quoted(key)} for what this check runs`,
      hint,
    }
  }
  return unknownKey(key, path, known, SYNONYMS[key])
}

/** Whether an option is a key of check files. */
export function isCheckKey(option: string): boolean {
  const tables = [ANSWER_OPTIONS, ...[...RUN_KINDS.values()].map(({ options }) => options)]
  return tables.some(table => Object.hasOwn(table, option))
}
