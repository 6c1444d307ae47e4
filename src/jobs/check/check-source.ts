import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { usage } from '../../base/error.ts'
import { decodeText } from '../../base/text-encoding.ts'
import { readBytes } from '../../runs/read-file.ts'
import type { CheckSource } from './place.ts'
import { readYaml } from './yaml-source.ts'

const KINDS = '.yaml, .yml, .json or .mjs'

/** Reads a check file. Throws a `usage` error if it cannot be read, or is not YAML, JSON or a module. */
export async function readCheckSource(file: string): Promise<CheckSource> {
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
    case '.json':
      return readYaml(file, readText(file))
    case '.mjs':
      readText(file)
      return { file, isProgram: true, value: await importModule(file), locate: () => undefined, line: () => '' }
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

function readText(file: string): string {
  return decodeText(readBytes(file, `the check file ${file}`), file)
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
