import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import { usage, UdptoolError } from '../../base/error.ts'
import { fileErrorReason } from '../file-error.ts'

/** Where something stands in a file, lines and columns from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Keys and numbers from the top: `['checks', 0, 'count']`. */
export type Path = readonly PropertyKey[]

/** A check file that was read, not yet understood. */
export interface CheckSource {
  readonly file: string
  readonly value: unknown
  /** Where the value of a path stands, or its key; of one that is not there, what is around it. Undefined in a module. */
  locate(path: Path, atKey?: boolean): Place | undefined
  /** A line as it is written. */
  line(number: number): string
}

const KINDS = '.yaml, .yml, .json or .mjs'

/** Reads a check file. Throws a `usage` error for one that cannot be read, or is no YAML, JSON or module. */
export async function readCheckSource(file: string): Promise<CheckSource> {
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
    case '.json':
      return readYaml(file, await readText(file))
    case '.mjs':
      await readText(file)
      return { file, value: await importModule(file), locate: () => undefined, line: () => '' }
    case '.ts':
    case '.mts':
      throw usage(
        `${file}: a check file cannot be TypeScript`,
        'write it as .mjs, or YAML with its schema (docs/check.md)',
      )
    default:
      throw usage(`${file}: a check file is ${KINDS}`, 'name such a file, or none for the checks of this machine')
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw usage(`cannot read the check file ${file}: ${fileErrorReason(cause)}`, 'name a file that exists')
  }
}

async function importModule(file: string): Promise<unknown> {
  let module: unknown
  try {
    module = await import(pathToFileURL(resolve(file)).href)
  } catch (cause) {
    throw usage(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, 'node runs it as a module')
  }
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default
  throw usage(`${file} has no default export`, 'write export default { checks: […] }')
}

/** JSON is YAML too, so both have lines and columns. */
export function readYaml(file: string, text: string): CheckSource {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, keepSourceTokens: false })
  const lines = text.split(/\r?\n/u)
  const at = (offset: number): Place => {
    const { line, col } = counter.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const line = (number: number): string => lines[number - 1] ?? ''
  const [error] = document.errors
  if (error !== undefined) throw mistakeAt(at(error.pos[0]), line, error.message, undefined)
  return {
    file,
    value: valueOf(document, file),
    locate: (path, atKey = false) => at(offsetOf(document, path, atKey)),
    line,
  }
}

/** A `usage` error at a place, with the line that it is about. */
export function mistakeAt(
  place: Place,
  line: (number: number) => string,
  message: string,
  hint: string | undefined,
): UdptoolError {
  const { file, line: number, column } = place
  return new UdptoolError('usage', `${file}:${number}:${column}: ${message}`, {
    address: file,
    excerpt: { text: line(number), column: column - 1 },
    ...(hint === undefined ? {} : { hint }),
  })
}

/** An alias can stand for aliases: a few lines could fill the memory (`yaml` counts them and stops). */
function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch (cause) {
    throw usage(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

function offsetOf(document: Document, path: Path, atKey: boolean): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [depth, step] of path.entries()) {
    const inner = resolved(document, node)
    if (isMap(inner)) {
      const pair = inner.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined) return offset
      node = pair.value
      const last = depth === path.length - 1
      offset = (last && atKey ? startOf(pair.key) : (startOf(node) ?? startOf(pair.key))) ?? offset
    } else if (isSeq(inner)) {
      node = inner.items[Number(step)]
      offset = startOf(node) ?? offset
    } else {
      return offset
    }
  }
  return offset
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node
}

function startOf(node: unknown): number | undefined {
  return isNodeWithRange(node) ? node.range?.[0] : undefined
}

function isNodeWithRange(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node
}
