import { parseChoice } from '../../base/choice.ts'
import { usage } from '../../base/error.ts'
import { withoutLogCommands } from '../../base/log-commands.ts'
import type { View } from '../../report/text/view.ts'
import { settleAll } from '../settle-all.ts'
import { isInCi } from '../ci.ts'
import { wantsColor } from '../color.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { listOf, type Options } from '../../options/raw-options.ts'
import { COMMON_OPTIONS } from '../flags.ts'
import type { OutputFile } from './output-file.ts'
import { OutputFiles } from './output-files.ts'
import { encodedChunks } from './encoded-chunks.ts'
import { reportColumns, write } from './streams.ts'

/** The destination of one format: a file, or standard output. */
export interface Output<Format extends string> {
  readonly format: Format
  readonly file?: OutputFile
}

type Render<Format> = (format: Format, view: View, isFile: boolean) => Iterable<string> | Promise<Iterable<string>>

/** The output of a command in the selected formats. */
export interface Outputs<Format extends string> {
  readonly formats: readonly Format[]
  /** The same with their destinations. */
  readonly destinations: readonly Output<Format>[]
  /** The format on standard output. Undefined if everything goes to files. */
  readonly onStdout: Format | undefined
  /** The view for standard output when the command begins. A file has no colours. */
  readonly view: View
  /**
   * Writes what `render` makes for each format, piece by piece. If an output fails, the others are still written. Not those of `written`, which
   * were written while the command ran.
   */
  deliver(render: Render<Format>, written?: ReadonlySet<Output<string>>): Promise<void>
}

/**
 * Parses `--format F[=FILE]` (repeatable), `--json` and `--color`, and tries the files at once: one that cannot be written is an error
 * before the first datagram, not after the last. One format goes to standard output, by default `table`. `files` has the other files of the
 * command.
 */
export function openOutputs<Format extends string>(
  known: readonly Format[],
  options: Options,
  files = new OutputFiles(),
): Outputs<Format> {
  const { color, json, quiet, verbose } = parseOptions(COMMON_OPTIONS, options)
  const view = {
    width: reportColumns(quiet),
    color: wantsColor(color, process.stdout, process.env),
    quiet,
    verbose,
  }
  const outputs = chooseOutputs(known, listOf(options, 'format'), json, files)
  return {
    formats: outputs.map(({ format }) => format),
    onStdout: outputs.find(({ file }) => file === undefined)?.format,
    view,
    destinations: outputs,
    deliver: (render, written) =>
      settleAll(
        outputs
          .filter(output => written?.has(output) !== true)
          .map(({ format, file }) => async () => {
            const isFile = file !== undefined
            // The terminal may have been resized since the command began.
            const shown = { ...view, width: reportColumns(quiet), color: view.color && !isFile }
            const chunks = await render(format, shown, isFile)
            await (isFile ? file.write(chunks) : print(chunks, isInCi() && !UNREAD.has(format)))
          }),
      ),
  }
}

/** The selected formats with their destinations. */
export function chooseOutputs<Format extends string>(
  known: readonly Format[],
  formats: readonly string[],
  json: boolean,
  files: OutputFiles,
): readonly Output<Format>[] {
  const wanted = json ? ['json', ...formats] : formats
  const outputs = wanted.map((text): Output<Format> => {
    const cut = text.indexOf('=')
    const name = cut < 0 ? text : text.slice(0, cut)
    const format = parseChoice(name, '--format', known)
    if (cut < 0) return { format }
    const path = text.slice(cut + 1)
    return files.isStandardOutput(path) ? { format } : { format, file: files.open(path, `--format ${format}`) }
  })
  const onStdout = outputs.filter(output => output.file === undefined)
  const names = [files.onStdout, ...onStdout.map(output => output.format)].filter(one => one !== undefined)
  if (names.length > 1) {
    throw usage(
      `standard output can take one output, not ${names.join(' and ')}`,
      `give the others a file: --format ${onStdout.at(-1)?.format ?? ''}=FILE`,
    )
  }
  const table = known.find(one => one === 'table')
  return names.length === 0 && table !== undefined ? [{ format: table }, ...outputs] : outputs
}

/**
 * Formats in which a CI finds only our own instructions (`github`), that escape instructions themselves, or that cannot escape them but
 * have no foreign text (`prometheus`).
 */
const UNREAD: ReadonlySet<string> = new Set(['github', 'json', 'ndjson', 'prometheus'])

/** Escapes the chunks, so that a CI that reads them finds no instruction. */
function* guarded(chunks: Iterable<string>): Iterable<string> {
  let inLine = false
  for (const chunk of chunks) {
    yield withoutLogCommands(chunk, inLine)
    if (chunk !== '') inLine = !chunk.endsWith('\n')
  }
}

/** Writes to standard output until its reader has gone. Signals are handled between chunks. */
async function print(chunks: Iterable<string>, isRead: boolean): Promise<void> {
  for await (const piece of encodedChunks(isRead ? guarded(chunks) : chunks))
    if (!(await write(process.stdout, piece))) return
}
