import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'
import { ANSWER_OPTIONS } from '../../runs/echo/options.ts'
import { COMMON_OPTIONS, MESSAGE_OPTIONS, PRESETS, QUESTION_OPTIONS } from '../../runs/query/options.ts'
import { fileOptions } from '../file-options.ts'
import { unknownKey, type FileKeys, type Mistake } from '../mistake.ts'
import type { Path } from '../place.ts'
import { CHECK_RUNS, MESSAGE_RUN, PROBE_KINDS } from './check-kinds.ts'

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
    meant,
  }
}

/** Keys whose values are texts, also if YAML reads `true` or `false` there. */
const TEXTS: ReadonlySet<PropertyKey | undefined> = new Set(['name', 'target', 'uri', ...Object.keys(MESSAGE_OPTIONS)])

function meant(name: PropertyKey | undefined, found: unknown): string | undefined {
  if (typeof found === 'boolean' && TEXTS.has(name)) return quoted(String(found))
  if (typeof found !== 'string') return undefined
  if (name === 'run') return nearest(found, CHECK_RUNS)
  return name === 'preset' ? nearest(found, PRESETS) : undefined
}

/** The keys of `run: message` besides those of all checks. */
const MESSAGE_KEYS: readonly string[] = ['preset', 'query', ...Object.keys({ ...MESSAGE_OPTIONS, ...COMMON_OPTIONS })]

function unknownCheckKey(key: string, path: Path, known: readonly string[]): Mistake {
  const hint = path[0] === 'checks' && path.length === 2 ? otherHome(key, known) : undefined
  if (hint === undefined) return unknownKey(key, path, known, SYNONYMS[key])
  return { path: [...path, key], atKey: true, message: `there is no key ${quoted(key)} for what this check runs`, hint }
}

/** A key of `for` of which a check has no values. `path`: of `for`. */
export function wrongVariable(key: string, path: Path, known: readonly string[]): Mistake {
  if (key !== 'name' && key !== 'run') return unknownKey(key, path, known, SYNONYMS[key])
  const hint = key === 'name' ? 'the values of for are added to the name' : 'write a check for each'
  return { path: [...path, key], atKey: true, message: `${key} cannot vary`, hint }
}

/** Where a key belongs that is none of this check. `known`: its keys. */
function otherHome(key: string, known: readonly string[]): string | undefined {
  const isMessage = known.includes('preset')
  if (isMessage && key === 'query') return 'query has the parameters of a preset: add preset: dns'
  const message = isMessage ? `${MESSAGE_RUN} without preset` : MESSAGE_RUN
  const runs = [
    ...[...PROBE_KINDS].flatMap(([run, { options }]) => (Object.hasOwn(fileOptions(options), key) ? [run] : [])),
    ...(MESSAGE_KEYS.includes(key) ? [message] : []),
  ]
  if (runs.length > 0) return `${key} is a key of run: ${listed(runs)}`
  const presets = PRESETS.filter(preset => preset !== 'message' && Object.hasOwn(QUESTION_OPTIONS[preset], key))
  return isMessage && presets.length > 0 ? `${key} is a key below query, of preset: ${listed(presets)}` : undefined
}

/** `send, sweep and mtu` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** Whether an option is a key of check files. */
export function isCheckKey(option: string): boolean {
  const tables = [ANSWER_OPTIONS, ...[...PROBE_KINDS.values()].map(({ options }) => options)]
  const questions = [COMMON_OPTIONS, ...Object.values(QUESTION_OPTIONS)]
  return [...tables, ...questions].some(table => Object.hasOwn(table, option))
}
