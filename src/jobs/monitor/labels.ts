import { quoted } from '../../base/quoted.ts'
import type { Mistake } from '../mistake.ts'

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/u
/** Labels that series of an exporter have anyway, and those that Prometheus itself sets. */
const TAKEN: ReadonlySet<string> = new Set([
  'target',
  'module',
  'size',
  'flow',
  'ip',
  'instance',
  'job',
  'le',
  'quantile',
  'fate',
  'direction',
  'kind',
  'type',
  'side',
  'family',
  'engine',
  'server',
  'source_port',
])
const LONGEST_VALUE = 1024
/** Labels of a target. */
export const MOST_LABELS = 30

/** Why a label cannot be used. Undefined: it can. */
export function labelFault(name: string, value: string | number): Pick<Mistake, 'message' | 'hint'> | undefined {
  if (!LABEL.test(name))
    return {
      message: `a label cannot be called ${quoted(name)}: it has letters, digits and _, and begins with no digit`,
      hint: 'write a name such as site',
    }
  if (name.startsWith('__') || TAKEN.has(name))
    return { message: `a label cannot be called ${quoted(name)}: the name is taken`, hint: 'write another name' }
  if (Buffer.byteLength(String(value)) > LONGEST_VALUE)
    return { message: `the label ${name} is longer than ${LONGEST_VALUE} bytes`, hint: 'write a shorter text' }
  return undefined
}
