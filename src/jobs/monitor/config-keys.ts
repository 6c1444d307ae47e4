import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'
import { unknownKey, type FileKeys, type Mistake } from '../mistake.ts'
import type { Path } from '../place.ts'
import { DEFAULT_RUN, RUN_KINDS } from '../run-kind.ts'
import { CONFIG_SHAPE, GROUP_SHAPE, INNER_KEYS, MODULE_SHAPES } from './config-schema.ts'

/** What a configuration file knows about its keys at a path. `run`: the kind of run of the module there. */
export function configKeys(path: Path, run: string = DEFAULT_RUN): FileKeys {
  const known = Object.keys(shapeAt(path, run))
  return {
    keysAt: ([inner]) => INNER_KEYS[String(inner)] ?? known,
    emptyHint: 'docs/exporter.md has one to begin with',
    unknownKey: (key, at, keys) => keyOfOtherRun(key, at, run) ?? unknownKey(key, at, keys),
    meant: (name, found) =>
      name === 'run' && typeof found === 'string' ? nearest(found, RUN_KINDS.keys()) : undefined,
  }
}

function shapeAt([first]: Path, run: string): Readonly<Record<string, unknown>> {
  if (first === 'modules') return MODULE_SHAPES.get(run)?.shape ?? {}
  return (first === 'groups' ? GROUP_SHAPE : CONFIG_SHAPE).shape
}

function keyOfOtherRun(key: string, at: Path, run: string): Mistake | undefined {
  if (at[0] !== 'modules') return undefined
  const kinds = [...MODULE_SHAPES].filter(([, { shape }]) => Object.hasOwn(shape, key)).map(([name]) => name)
  if (kinds.length === 0) return undefined
  return {
    path: [...at, key],
    atKey: true,
    message: `there is no key ${quoted(key)} with run: ${run}`,
    hint: `${key} is a key of run: ${kinds.join(' and ')}`,
  }
}

/** The mistake of a name that no module has. */
export function unknownModule(name: string, path: Path, known: readonly string[]): Mistake {
  const meant = nearest(name, known)
  return {
    path,
    message: `there is no module ${quoted(name)}`,
    hint: meant === undefined ? `the modules are ${known.join(', ')}` : `did you mean ${meant}?`,
  }
}

/** Whether an option is a key of configuration files. */
export function isConfigOption(option: string): boolean {
  return option === 'refresh' || [...MODULE_SHAPES.values()].some(({ shape }) => Object.hasOwn(shape, option))
}
