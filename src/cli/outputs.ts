import { closeSync, openSync, writeSync } from 'node:fs'
import { parseChoice } from '../base/choice.ts'
import { usage, UdptoolError } from '../base/error.ts'
import { fileErrorReason } from '../jobs/file-error.ts'
import type { View } from '../report/view.ts'
import { wantsColor } from './color.ts'
import { listOf, pick, type Options } from './flags.ts'
import { columnsOf, write } from './streams.ts'

/** Where one format goes: a file that is open already, or standard output. */
export interface Output<Format extends string> {
  readonly format: Format
  readonly file?: OpenFile
}

export interface OpenFile {
  readonly path: string
  readonly fd: number
}

type Render<Format> = (format: Format, view: View, isFile: boolean) => Iterable<string> | Promise<Iterable<string>>

/** What a command shows, in the formats that were asked for. */
export interface Outputs<Format extends string> {
  readonly formats: readonly Format[]
  /** What goes to standard output; undefined: everything goes to files. */
  readonly onStdout: Format | undefined
  /** How it is shown there. A file has no colours. */
  readonly view: View
  /** Writes what `render` makes for each format, piece by piece, and closes the files. */
  deliver(render: Render<Format>): Promise<void>
}

/**
 * Reads `--format F[=FILE]` (repeatable), `--json` and `--color`, and opens the files at once: one that cannot be opened is an error before
 * the first datagram, not after the last. One format goes to standard output: `table`, where no other does.
 */
export function openOutputs<Format extends string>(known: readonly Format[], options: Options): Outputs<Format> {
  const { color = 'auto' } = pick(options, ['color'])
  const view = {
    width: columnsOf(process.stdout),
    color: wantsColor(color, process.stdout, process.env),
    quiet: options['quiet'] === true,
    verbose: options['verbose'] === true,
  }
  const outputs = chooseOutputs(known, listOf(options, 'format'), options['json'] === true)
  return {
    formats: outputs.map(({ format }) => format),
    onStdout: outputs.find(({ file }) => file === undefined)?.format,
    view,
    deliver: async render => {
      for (const output of outputs) {
        const isFile = output.file !== undefined
        await deliver(output, await render(output.format, { ...view, color: view.color && !isFile }, isFile))
      }
    },
  }
}

/** The formats and where each goes, the files open. */
export function chooseOutputs<Format extends string>(
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
export function openFile(path: string, flag: string): OpenFile {
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

function writeFile({ path, fd }: OpenFile, chunk: string): void {
  try {
    writeSync(fd, chunk)
  } catch (cause) {
    throw new UdptoolError('file', `cannot write ${path}: ${fileErrorReason(cause)}`, {
      operation: 'write',
      address: path,
      hint: 'the file is not whole: make room, or name another one',
      cause,
    })
  }
}

/** Writes the text, piece by piece, and closes the file. */
export async function deliver(output: { readonly file?: OpenFile }, chunks: Iterable<string>): Promise<void> {
  for (const chunk of chunks) {
    if (output.file === undefined) await write(process.stdout, chunk)
    else writeFile(output.file, chunk)
  }
  if (output.file !== undefined) closeSync(output.file.fd)
}
