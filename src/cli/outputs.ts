import { closeSync, openSync, writeSync } from 'node:fs'
import { parseChoice } from '../base/choice.ts'
import { usage } from '../base/error.ts'
import { fileErrorReason } from '../jobs/file-error.ts'
import { write } from './streams.ts'

/** Where one format goes: a file that is open already, or standard output. */
export interface Output<Format extends string> {
  readonly format: Format
  readonly file?: { readonly path: string; readonly fd: number }
}

/**
 * Reads `--format F[=FILE]` (repeatable) and `--json`, and opens the files at once: one that cannot be opened is an error before the first
 * datagram, not after the last. One format goes to standard output: `table`, where no
 * other does.
 */
export function openOutputs<Format extends string>(
  known: readonly Format[],
  formats: readonly string[],
  json: boolean,
): readonly Output<Format>[] {
  const wanted = json ? ['json', ...formats] : formats
  const outputs = wanted.map(text => {
    const cut = text.indexOf('=')
    const name = cut < 0 ? text : text.slice(0, cut)
    const format = parseChoice(name, '--format', known)
    return cut < 0 ? { format } : { format, file: openFile(text.slice(cut + 1), `--format ${format}`) }
  })
  const onStdout = outputs.filter(output => output.file === undefined)
  if (onStdout.length > 1) {
    throw usage(
      `standard output can take one format, not ${onStdout.map(output => output.format).join(' and ')}`,
      `give the others a file: --format ${onStdout[1]?.format ?? ''}=FILE`,
    )
  }
  const table = known.find(one => one === 'table')
  return onStdout.length === 0 && table !== undefined ? [{ format: table }, ...outputs] : outputs
}

/** Opens a file for writing; a `usage` error if that cannot be. */
export function openFile(path: string, flag: string): { readonly path: string; readonly fd: number } {
  if (path === '') throw usage(`${flag}= names no file`, `write ${flag}=result.txt`)
  try {
    return { path, fd: openSync(path, 'w') }
  } catch (cause) {
    throw usage(
      `${flag} cannot write ${path}: ${fileErrorReason(cause)}`,
      'name a file in a folder that exists and may be written to',
    )
  }
}

/** Writes the text, piece by piece, and closes the file. */
export async function deliver(
  output: { readonly file?: { readonly fd: number } },
  chunks: Iterable<string>,
): Promise<void> {
  for (const chunk of chunks) {
    if (output.file === undefined) await write(process.stdout, chunk)
    else writeSync(output.file.fd, chunk)
  }
  if (output.file !== undefined) closeSync(output.file.fd)
}
