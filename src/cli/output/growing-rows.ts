import { setImmediate } from 'node:timers/promises'
import { RowText, type RowFormat } from '../../report/formats/row-text.ts'
import { orderedProbeRows, type SettledRows } from '../../runs/send/probe-rows.ts'
import type { RowSink } from '../../runs/send/row-stream.ts'
import { GrowingStdout, type GrowingOutput } from './growing-output.ts'
import type { Output } from './outputs.ts'

/** Writes the rows of a run that goes on, in one of their formats. */
export class GrowingRows implements RowSink {
  readonly #output: Output<RowFormat>
  readonly #text: RowText
  #growing: GrowingOutput | undefined

  constructor(output: Output<RowFormat>) {
    this.#output = output
    this.#text = new RowText(output.format)
  }

  /** Whether rows were written. If not, all of them are written at the end of the run. */
  get hasBegun(): boolean {
    return this.#growing !== undefined
  }

  async begin(): Promise<void> {
    const { file } = this.#output
    this.#growing = file === undefined ? new GrowingStdout() : file.grow()
    await this.#growing.write(this.#text.head)
  }

  async take(settled: SettledRows): Promise<void> {
    for (const row of orderedProbeRows(settled)) this.#text.add(row)
    await this.#growing?.write(this.#text.take())
    // Let signals be handled.
    await setImmediate()
  }

  /** Rejects with the first error of the output. */
  async close(): Promise<void> {
    await this.#growing?.close()
  }
}
