import { counted } from '../../base/counted.ts'
import { QUESTION_OPTIONS } from '../../runs/query/options.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import type { Values } from '../file-options.ts'
import { valueAt } from '../mistake.ts'
import type { Path } from '../place.ts'
import { kindName, MESSAGE_RUN } from './check-kinds.ts'
import { wrongVariable } from './check-mistakes.ts'
import type { FileMistakes } from './file-mistakes.ts'
import { checkShape } from './file-schema.ts'

/** Limit for the combinations of one check. */
const MOST_COMBINATIONS = 1000
/** Keys of which a matrix has no values. */
const FIXED: ReadonlySet<string> = new Set(['name', 'run', 'for'])

/** A check with one combination of the values of its `for`. */
export interface Variant {
  readonly value: unknown
  /** The name without the combination. */
  readonly base?: string
  /** Where the value of a path of the check is. */
  readonly placed: (path: Path) => Path
}

/** A key of `for`, and the number of its value. */
type Choice = readonly [key: string, index: number]

/** A check for every combination of its `for`, the first key varying least; the check itself if it has none. */
export function variantsOf(check: unknown, path: Path, mistakes: FileMistakes): readonly Variant[] {
  if (!isKeys(check) || !('for' in check)) return [{ value: check, placed: inner => inner }]
  const { for: matrix, ...rest } = check
  const lists = listsOf(matrix, rest, [...path, 'for'], mistakes)
  if (lists === undefined) return []
  const combinations = lists.reduce((size, [, values]) => size * values.length, 1)
  if (combinations > MOST_COMBINATIONS) {
    const message = `for has ${counted(combinations, 'combination')}, and a check has at most ${MOST_COMBINATIONS}`
    mistakes.add({ path: [...path, 'for'], atKey: true, message, hint: 'write fewer values, or several checks' })
    return []
  }
  const inQuery = questionKeys(rest, matrix as Values)
  return product(lists).map(choices => variant(rest, Object.fromEntries(lists), choices, path, mistakes, inQuery))
}

/** The lists of values by their keys. Undefined if one is wrong. */
function listsOf(
  matrix: unknown,
  check: Values,
  path: Path,
  mistakes: FileMistakes,
): readonly (readonly [key: string, values: readonly unknown[]])[] | undefined {
  const wrong = (key: readonly string[], message: string, hint: string, atKey = false): void =>
    mistakes.add({ path: [...path, ...key], message, hint, atKey })
  if (!isKeys(matrix) || Object.keys(matrix).length === 0) {
    wrong([], 'for is a list of keys with their values', 'write for: { size: [64, 1472] }')
    return undefined
  }
  const inQuery = questionKeys(check, matrix)
  const own = Object.keys(checkShape(kindName(check)).shape).filter(key => !FIXED.has(key))
  const known = [...new Set([...own, ...inQuery])]
  const before = mistakes.all.length
  const lists = Object.entries(matrix).map(([key, values]) => {
    if (!known.includes(key)) mistakes.add(wrongVariable(key, path, known))
    else if (!Array.isArray(values) || values.length === 0)
      wrong([key], `for.${key} is a list of values`, `write ${key}: […]`)
    else if (key in (inQuery.includes(key) ? ((check['query'] ?? {}) as Values) : check))
      wrong([key], `the check has ${key} as well as for.${key}`, 'leave one of them out', true)
    return [key, Array.isArray(values) ? (values as readonly unknown[]) : []] as const
  })
  return mistakes.all.length > before ? undefined : lists
}

/** The keys that are meant below `query`. */
function questionKeys(check: Values, matrix: Values): readonly string[] {
  const { run, preset } = kindName(check)
  if (run !== MESSAGE_RUN) return []
  const varied = Array.isArray(matrix['preset']) ? matrix['preset'].map(String) : [preset]
  const tables = Object.entries(QUESTION_OPTIONS).filter(([name]) => name !== 'message' && varied.includes(name))
  return tables.flatMap(([name]) => Object.keys(QUESTION_OPTIONS[name as ServiceName]))
}

function product(lists: readonly (readonly [string, readonly unknown[]])[]): readonly (readonly Choice[])[] {
  return lists.reduce<readonly (readonly Choice[])[]>(
    (all, [key, values]) => all.flatMap(one => values.map((_, index) => [...one, [key, index] as const])),
    [[]],
  )
}

function variant(
  check: Values,
  lists: Values,
  choices: readonly Choice[],
  path: Path,
  { source }: FileMistakes,
  inQuery: readonly string[],
): Variant {
  const at = (key: string, index: number): Path => [...path, 'for', key, index]
  const values = choices.map(([key, index]) => [key, (lists[key] as readonly unknown[])[index]] as const)
  // The text of the file, so that no name has the value of a variable.
  const words = choices.map(([key, index]) => `${key} ${shown(valueAt(source.value, at(key, index)))}`)
  const question = Object.fromEntries(values.filter(([key]) => inQuery.includes(key)))
  const own = Object.fromEntries(values.filter(([key]) => !inQuery.includes(key)))
  const query = Object.keys(question).length === 0 ? {} : { query: { ...(check['query'] as Values), ...question } }
  const { name } = check
  const named = typeof name === 'string' ? { name: `${name} (${words.join(', ')})` } : {}
  const chosen = new Map(choices)
  return {
    value: { ...check, ...own, ...query, ...named },
    ...(typeof name === 'string' ? { base: name } : {}),
    placed(inner) {
      const [key, ...deeper] = inner.slice(path.length)
      const steps = key === 'query' && inQuery.includes(String(deeper[0])) ? deeper : [key, ...deeper]
      const varied = String(steps[0])
      const index = chosen.get(varied)
      return index === undefined ? inner : [...at(varied, index), ...steps.slice(1).flatMap(step => step ?? [])]
    },
  }
}

/** A value in a name: `64`, `[64, 1472]`, `{recvSize: 1024}`. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if (!isKeys(value)) return String(value)
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}: ${shown(inner)}`)
    .join(', ')}}`
}

function isKeys(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
