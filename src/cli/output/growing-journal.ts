import type { RunFacts } from '../../facts/run.ts'
import { UnfinishedJournal } from '../../facts/unfinished-journal.ts'
import type { SettledRows } from '../../runs/send/probe-rows.ts'
import type { RowSink } from '../../runs/send/row-stream.ts'
import type { Expectation } from '../../verdict/expect/expectation.ts'
import type { RunContext } from '../../verdict/run-context.ts'
import type { GrowingOutput } from './growing-output.ts'
import type { OutputFile } from './output-file.ts'

/** Writes the journal of a run that goes on. At the end of the run the file is replaced by the whole journal. */
export class GrowingJournal implements RowSink {
  readonly #file: OutputFile
  readonly #expectations: readonly Expectation[]
  #journal: UnfinishedJournal | undefined
  #output: GrowingOutput | undefined

  constructor(file: OutputFile, expectations: readonly Expectation[]) {
    this.#file = file
    this.#expectations = expectations
  }

  async begin(facts: RunFacts, context: RunContext): Promise<void> {
    if (!this.#file.isReplaceable) return
    this.#output = this.#file.grow()
    const { target, targetName, ...others } = context
    const named = { ...target, ...(targetName === undefined ? {} : { name: targetName }) }
    const expect = this.#expectations.map(({ expr }) => expr)
    this.#journal = new UnfinishedJournal({ facts, context: { ...others, target: named, expect } })
    await this.#output.write(this.#journal.header())
  }

  async take({ rows }: SettledRows): Promise<void> {
    for (const block of this.#journal?.blocks(rows) ?? []) await this.#output?.write(block)
  }

  /** Whatever could not be written is written again at the end of the run, and fails then if it must. */
  async close(): Promise<void> {
    await this.#output?.close().catch(() => {})
  }
}
