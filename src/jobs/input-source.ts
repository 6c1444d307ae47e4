import { statSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { usage } from '../base/error.ts'
import { messageOf } from '../base/thrown.ts'
import { decodeText } from '../base/text-encoding.ts'
import { fileStamp } from '../runs/file-stamp.ts'
import { readBytes, readConfigBytes } from '../runs/read-file.ts'
import type { InputKind, InputSource } from './place.ts'
import { readYaml } from './yaml-source.ts'

const KINDS = '.yaml, .yml, .json or .mjs'
/** Files that a user names. */
type SourceKind = Exclude<InputKind, 'file of targets'>

const HINTS: Readonly<Record<SourceKind, string>> = {
  'check file': 'name such a file, or none for the checks of this machine',
  'configuration file': 'name such a file',
}
const DEFAULT_EXPORTS: Readonly<Record<SourceKind, string>> = {
  'check file': 'write export default { checks: […] }',
  'configuration file': 'write export default { modules: {…}, groups: […] }',
}

/** Reads an input file. Throws a `usage` error if it cannot be read, or is not YAML, JSON or a module. */
export async function readInputSource(file: string, kind: SourceKind): Promise<InputSource> {
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
    case '.json':
      return readYaml(file, readText(file, kind), kind)
    case '.mjs':
      readText(file, kind)
      return { file, isProgram: true, value: await importModule(file, kind), locate: () => undefined, line: () => '' }
    case '.ts':
    case '.mts':
      throw usage(`${file}: a ${kind} cannot be TypeScript`, 'write it as .mjs, or YAML')
    default:
      throw usage(`${file}: a ${kind} is ${KINDS}`, HINTS[kind])
  }
}

/** The text of a YAML or JSON file. A module that another file includes would be code that runs without being named. */
export function readDataText(file: string, kind: SourceKind): string {
  if (!['.yaml', '.yml', '.json'].includes(extname(file)))
    throw usage(`${file}: an included ${kind} is .yaml, .yml or .json`, 'include such a file')
  return readText(file, kind)
}

/** A check file is read once, a configuration again while a program serves. */
function readText(file: string, kind: SourceKind): string {
  const read = kind === 'check file' ? readBytes : readConfigBytes
  return decodeText(read(file, `the ${kind} ${file}`), file)
}

async function importModule(file: string, kind: SourceKind): Promise<unknown> {
  const url = pathToFileURL(resolve(file))
  let module: unknown
  try {
    // Node keeps modules by their URL, and would not run a file again that has changed.
    url.search = fileStamp(statSync(file, { bigint: true }))
    module = await import(url.href)
  } catch (cause) {
    throw usage(`${file}: ${messageOf(cause)}`, 'node runs it as a module')
  }
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default
  throw usage(`${file} has no default export`, DEFAULT_EXPORTS[kind])
}
