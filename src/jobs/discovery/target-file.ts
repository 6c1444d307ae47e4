import { z } from 'zod'
import { UdptoolError } from '../../base/error.ts'
import { parseJson } from '../../base/json.ts'
import type { Target } from '../../base/target.ts'
import { parseOneHost } from '../../options/target.ts'
import { mistakeError, shapeMistakes, type FileKeys, type Mistake } from '../mistake.ts'
import { labelFault, MOST_LABELS } from '../monitor/labels.ts'
import { oneText, oneValue } from '../option-shape.ts'
import type { InputSource } from '../place.ts'
import { readYaml } from '../yaml-source.ts'
import type { SourceTarget } from './source.ts'

const ENTRY_SHAPE = z.strictObject(
  {
    targets: z.array(oneText, { error: 'it is a list of targets' }),
    labels: z.record(z.string(), oneValue, { error: 'it is a list of names, each with a text' }).optional(),
  },
  { error: 'it is { "targets": […], "labels": {…} }' },
)
const FILE_SHAPE = z.array(ENTRY_SHAPE, { error: 'a file of targets is a list: [{ "targets": […] }]' })

const KEYS: FileKeys = {
  keysAt: () => Object.keys(ENTRY_SHAPE.shape),
  emptyHint: 'write [] for no targets',
}

/**
 * Reads a file of targets in the format of Prometheus (`file_sd_config`), JSON or YAML. As in Prometheus, labels that begin with `__` are for
 * relabeling and no labels of series. Throws a `usage` error with the place of the first mistake.
 */
export function readTargetFile(file: string, text: string): readonly SourceTarget[] {
  // JSON.parse is many times faster than the reader of YAML, which knows the places of mistakes.
  const json: unknown = file.toLowerCase().endsWith('.json') ? parseJson(text) : undefined
  const quick = json === undefined ? undefined : targetsIn(json)
  if (quick !== undefined && quick.mistakes.length === 0) return quick.targets
  const source = readYaml(file, text, 'file of targets')
  const { targets, mistakes } = targetsIn(source.value)
  const [first, ...others] = mistakes
  if (first !== undefined) throw mistakeError([first, ...others], source)
  checkJson(source, json)
  return targets
}

/** YAML is more than JSON: Prometheus would not read such a file. */
function checkJson({ file }: InputSource, json: unknown): void {
  if (!file.toLowerCase().endsWith('.json') || json !== undefined) return
  throw new UdptoolError('usage', `${file} is YAML and no JSON`, {
    address: file,
    hint: 'write JSON, or call the file .yaml',
  })
}

interface Read {
  readonly targets: readonly SourceTarget[]
  readonly mistakes: readonly Mistake[]
}

function targetsIn(value: unknown): Read {
  const parsed = FILE_SHAPE.safeParse(value)
  if (!parsed.success) return { targets: [], mistakes: shapeMistakes(parsed.error, [], value, KEYS) }
  const targets: SourceTarget[] = []
  const mistakes: Mistake[] = []
  for (const [index, { targets: written, labels = {} }] of parsed.data.entries()) {
    const kept = Object.entries(labels).filter(([name]) => !name.startsWith('__'))
    if (kept.length > MOST_LABELS)
      mistakes.push({
        path: [index, 'labels'],
        message: `there are ${kept.length} labels`,
        hint: `write at most ${MOST_LABELS}`,
      })
    for (const [name, text] of kept) {
      const fault = labelFault(name, text)
      if (fault !== undefined) mistakes.push({ path: [index, 'labels', name], atKey: true, ...fault })
    }
    const texts = Object.fromEntries(kept.map(([name, text]) => [name, String(text)]))
    for (const [at, one] of written.entries()) {
      const target = parsedTarget(one)
      if (target instanceof UdptoolError)
        mistakes.push({ path: [index, 'targets', at], message: target.message, hint: target.hint })
      else targets.push({ target, labels: texts })
    }
  }
  return { targets, mistakes }
}

function parsedTarget(written: string): Target | UdptoolError {
  try {
    return parseOneHost(written, 'the target')
  } catch (error) {
    if (error instanceof UdptoolError) return error
    throw error
  }
}
