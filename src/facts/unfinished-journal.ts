import { encodeBase64 } from '../base/base64.ts'
import { JOURNAL_FORMAT } from './journal-header.ts'
import { LineSum } from './journal-lines.ts'
import type { Journal } from './journal.ts'
import { pageShape } from './plan.ts'
import { isReply, NO_COUNTER, NO_DWELL, OUTCOME, PAGE_ROWS, type PageShape, type ProbePage } from './probe-table.ts'
import type { RunFacts } from './run.ts'
import type { UnfinishedHeader } from './unfinished-header.ts'

/** Columns of a block, in the order of the file, and their types (docs/journal.md, While a run goes on). */
export const BLOCK_COLUMNS = {
  scheduled: Float64Array,
  sent: Float64Array,
  arrived: Float64Array,
  serverArrival: Float64Array,
  order: Uint32Array,
  dwell: Uint32Array,
  detail: Uint16Array,
  outcome: Uint8Array,
  traits: Uint8Array,
  copies: Uint32Array,
  train: Uint8Array,
  counter: Uint32Array,
} as const

export type BlockColumn = keyof typeof BLOCK_COLUMNS
const BLOCK_COLUMN_NAMES = Object.keys(BLOCK_COLUMNS) as readonly BlockColumn[]
/** Columns that the lean pages of a flood lack. */
const NOT_LEAN: ReadonlySet<BlockColumn> = new Set(['scheduled', 'serverArrival'])

/** The columns of a run's blocks. */
export function blockColumns({ isLean, isCounted }: PageShape): readonly BlockColumn[] {
  return BLOCK_COLUMN_NAMES.filter(name => (!isLean || !NOT_LEAN.has(name)) && (isCounted || name !== 'counter'))
}

/** Maximum number of rows of a block, so that its text is short. */
export const BLOCK_ROWS = 8192

type Columns = { readonly [Name in BlockColumn]: InstanceType<(typeof BLOCK_COLUMNS)[Name]> }

/** The journal of a run that goes on: a header, then blocks of probes, each probe once. Every line has the checksum of all lines so far. */
export class UnfinishedJournal {
  readonly #facts: RunFacts
  readonly #context: Journal['context']
  readonly #sum = new LineSum()
  readonly #known: readonly BlockColumn[]
  /** Number of ICMP errors written. */
  #errors = 0
  /** Clients whose server base was written. */
  readonly #based = new Set<number>()

  constructor({ facts, context }: Journal) {
    this.#facts = facts
    this.#context = context
    this.#known = blockColumns(pageShape(facts.plan))
  }

  /** The first line. */
  header(): string {
    const { plan, engine, clients, epoch, startedAt, sockets } = this.#facts
    const { content: _, ...payload } = plan.payload
    const header: UnfinishedHeader = {
      format: JOURNAL_FORMAT,
      unfinished: true,
      plan: { ...plan, payload },
      engine,
      ports: clients.map(({ port }) => port ?? null),
      ...(epoch === undefined ? {} : { epoch }),
      startedAt,
      ...(sockets === undefined ? {} : { sockets }),
      context: this.#context,
    }
    const text = JSON.stringify(header)
    this.#sum.add(text)
    return `${text}\n`
  }

  /** The lines of the probes of these rows, which are ascending. Each row must be given once. */
  *blocks(rows: readonly number[]): Iterable<string> {
    for (let from = 0; from < rows.length; from += BLOCK_ROWS) yield this.#block(rows.slice(from, from + BLOCK_ROWS))
  }

  #block(rows: readonly number[]): string {
    const columns = this.#columnsOf(rows)
    const first = rows[0] ?? 0
    const isDense = (rows.at(-1) ?? 0) - first === rows.length - 1
    const icmp = this.#facts.icmp.slice(this.#errors)
    this.#errors += icmp.length
    const serverBase = this.#newBases()
    const text = JSON.stringify({
      first,
      rows: rows.length,
      ...(isDense ? {} : { offsets: encoded(Uint32Array.from(rows, row => row - first)) }),
      ...(icmp.length === 0 ? {} : { icmp }),
      ...(serverBase.length === 0 ? {} : { serverBase }),
      columns: Object.fromEntries(
        this.#known.map(name => {
          const values = columns[name]
          const isNarrow = name === 'copies' && values.every(count => count <= 0xff)
          return [name, encoded(isNarrow ? Uint8Array.from(values) : values)] as const
        }),
      ),
    })
    this.#sum.add(text)
    return `{"crc32":"${this.#sum.digits}","block":${text}}\n`
  }

  #columnsOf(rows: readonly number[]): Columns {
    const { length } = rows
    const columns: Columns = {
      scheduled: new Float64Array(length),
      sent: new Float64Array(length),
      arrived: new Float64Array(length),
      serverArrival: new Float64Array(length),
      order: new Uint32Array(length),
      dwell: new Uint32Array(length),
      detail: new Uint16Array(length),
      outcome: new Uint8Array(length),
      traits: new Uint8Array(length),
      copies: new Uint32Array(length),
      train: new Uint8Array(length),
      counter: new Uint32Array(length),
    }
    for (let n = 0; n < length; n++) {
      const row = rows[n] ?? 0
      const page = this.#facts.probes.find(row)
      if (page !== undefined) copyRow(columns, n, page, row % PAGE_ROWS)
    }
    return columns
  }

  /** Bases of the clients' `serverArrival` that no block has yet, with the number of the client. */
  #newBases(): readonly (readonly [client: number, base: number])[] {
    const { clients } = this.#facts
    if (this.#based.size === clients.length) return []
    return clients.flatMap(({ serverBase }, client) => {
      if (serverBase === undefined || this.#based.has(client)) return []
      this.#based.add(client)
      return [[client, serverBase]] as const
    })
  }
}

/** Copies a row. Another thread may write a late reply to it meanwhile, so the columns are made to agree. */
function copyRow(columns: Columns, n: number, page: ProbePage, place: number): void {
  const outcome = page.outcome[place] ?? 0
  columns.sent[n] = page.sent[place] ?? Infinity
  columns.scheduled[n] = page.scheduled?.[place] ?? 0
  columns.train[n] = page.train[place] ?? 0
  columns.detail[n] = page.detail[place] ?? 0
  columns.traits[n] = page.traits[place] ?? 0
  columns.order[n] = page.order[place] ?? 0
  columns.copies[n] = page.copies[place] ?? 0
  columns.dwell[n] = page.dwell[place] ?? NO_DWELL
  columns.serverArrival[n] = page.serverArrival?.[place] ?? NaN
  columns.counter[n] = page.counter?.[place] ?? NO_COUNTER
  columns.arrived[n] = page.arrived[place] ?? Infinity
  columns.outcome[n] = outcome
  if (isReply(outcome) && columns.arrived[n] !== Infinity) return
  const isError = (outcome === OUTCOME.refused || outcome === OUTCOME.unreachable) && page.outcome[place] === outcome
  if (!isError) {
    columns.outcome[n] = OUTCOME.waiting
    columns.detail[n] = 0
  }
  columns.traits[n] = 0
  columns.order[n] = 0
  columns.copies[n] = 0
  columns.dwell[n] = NO_DWELL
  columns.serverArrival[n] = NaN
  columns.counter[n] = NO_COUNTER
  columns.arrived[n] = Infinity
}

function encoded({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return encodeBase64(new Uint8Array(buffer, byteOffset, byteLength))
}
