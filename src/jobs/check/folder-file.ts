import { lstatSync } from 'node:fs'
import { usage } from '../../base/error.ts'
import { fileErrorReason } from '../../runs/file-error.ts'

/** The check files that `udptool check` takes by itself. A module is not one of them: it is code, which runs only if it is named. */
const NAMES = ['udptool.yaml', 'udptool.yml', 'udptool.json'] as const

/**
 * The check file of the current folder; undefined if it has none. Throws a `usage` error if it has several: a gate that runs the wrong one
 * could pass.
 */
export function folderFile(): string | undefined {
  const [file, other] = NAMES.filter(isThere)
  if (file !== undefined && other !== undefined)
    throw usage(`there are two check files in this folder: ${file} and ${other}`, `name one: udptool check ${file}`)
  return file
}

/** Also a link to nowhere and a folder: reading it then fails, and the built-in suite does not pass in its place. */
function isThere(name: string): boolean {
  try {
    return lstatSync(name, { throwIfNoEntry: false }) !== undefined
  } catch (cause) {
    throw usage(`cannot look for a check file in this folder: ${fileErrorReason(cause)}`, 'name the file')
  }
}
