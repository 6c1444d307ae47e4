import { z } from 'zod'
import { quoted } from '../../base/quoted.ts'
import { SEND_OPTIONS } from '../../runs/send/options.ts'
import { fileOptions } from '../file-options.ts'
import { unknownKey, type FileKeys, type Mistake } from '../mistake.ts'
import { oneText, oneValue, optionShape, textsShape } from '../option-shape.ts'
import type { Path } from '../place.ts'
import { MODULE_OPTIONS } from './options.ts'

/** A module: the options of its probes. */
export const MODULE_SHAPE = z.strictObject(optionShape(MODULE_OPTIONS), {
  error: 'it is a list of keys, as { size: 64 }',
})

/** Targets with the same modules and labels. */
export const GROUP_SHAPE = z.strictObject(
  {
    module: textsShape.optional(),
    targets: z.array(oneText, { error: 'it is a list of targets' }).min(1, { error: 'it has no target' }),
    labels: z.record(z.string(), oneValue, { error: 'it is a list of names, each with a text' }).optional(),
  },
  { error: 'a group is a list of keys' },
)

/** A configuration file. Modules and groups have their own schemas. */
export const CONFIG_SHAPE = z.strictObject(
  {
    $schema: oneText.optional(),
    refresh: oneValue.optional(),
    modules: z.record(z.string(), z.unknown(), { error: 'it is a list of names, each with its options' }).optional(),
    groups: z.array(z.unknown(), { error: 'it is a list of groups' }).min(1, { error: 'it has no group' }),
  },
  { error: 'a configuration file has a list of groups' },
)

/** Keys of `udptool exporter`, which this version does not have. */
const EXPORTER_KEYS: Readonly<Record<'' | 'modules' | 'groups', readonly string[]>> = {
  '': ['buckets', 'probe'],
  modules: ['run', 'perFlow', 'expect'],
  groups: ['files', 'dns', 'neighbours', 'skipSelf'],
}

/** What a configuration file knows about its keys at a path. */
export function configKeys(path: Path): FileKeys {
  const [first] = path
  const part = first === 'modules' || first === 'groups' ? first : ''
  const shape = { '': CONFIG_SHAPE, modules: MODULE_SHAPE, groups: GROUP_SHAPE }[part]
  return {
    keysAt: () => Object.keys(shape.shape),
    emptyHint: 'docs/watch.md has one to begin with',
    unknownKey(key, at, known): Mistake {
      const here = { path: [...at, key], atKey: true }
      if (EXPORTER_KEYS[part].includes(key))
        return {
          ...here,
          message: `the key ${quoted(key)} is for udptool exporter, which this version does not have`,
          hint: 'leave it out',
        }
      if (part === 'modules' && Object.hasOwn(fileOptions(SEND_OPTIONS), key))
        return {
          ...here,
          message: `there is no key ${quoted(key)} for probes without end`,
          hint: `leave it out; the keys here are ${known.join(', ')}`,
        }
      return unknownKey(key, at, known)
    },
  }
}

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/u
/** Labels that series of a monitor have anyway, and those that Prometheus reserves. */
const TAKEN: ReadonlySet<string> = new Set(['target', 'module', 'size', 'flow', 'ip', 'fate', 'le', 'quantile'])
const LONGEST_VALUE = 1024

/** Why a label cannot be used. Undefined: it can. */
export function labelFault(name: string, value: string | number): Pick<Mistake, 'message' | 'hint'> | undefined {
  if (!LABEL.test(name))
    return {
      message: `a label cannot be called ${quoted(name)}: it has letters, digits and _, and begins with no digit`,
      hint: 'write a name such as site',
    }
  if (name.startsWith('__') || TAKEN.has(name))
    return { message: `a label cannot be called ${quoted(name)}: the name is taken`, hint: 'write another name' }
  if (String(value).length > LONGEST_VALUE)
    return { message: `the label ${name} is longer than ${LONGEST_VALUE} characters`, hint: 'write a shorter text' }
  return undefined
}
