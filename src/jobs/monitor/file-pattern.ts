import { isAbsolute, join } from 'node:path'
import { usage } from '../../base/error.ts'
import { invalidValue } from '../../base/invalid-value.ts'
import { quoted } from '../../base/quoted.ts'

const EXAMPLES = ['targets/*.json', 'targets.yaml'] as const

/**
 * Parses the pattern of files with targets, with the rules of file_sd of Prometheus: it ends in `.json`, `.yml` or `.yaml`, and its last
 * part may have a `*`. Returns it with the folder in front if it is relative. Throws a `usage` error.
 */
export function parseFilePattern(written: string, folder: string, name: string): string {
  if (written.includes('\0')) throw invalidValue(name, written, 'it has a NUL', EXAMPLES)
  if (!/\.(?:json|ya?ml)$/iu.test(written))
    throw invalidValue(name, written, 'it does not end in .json, .yml or .yaml', EXAMPLES)
  if (!/^[^*]*(?:\*[^/*]*)?$/u.test(written))
    throw usage(
      `${name} cannot be ${quoted(written)}: one * may stand in it, behind the last /`,
      `write ${EXAMPLES[0]}`,
    )
  return isAbsolute(written) ? written : join(folder, written)
}
