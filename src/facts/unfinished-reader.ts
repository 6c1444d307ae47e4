import { decodeBase64 } from '../base/base64.ts'
import { isObject } from '../base/json.ts'
import type { IcmpError } from './icmp.ts'
import { keepReadRows } from './journal-cut.ts'
import { brokenLine, contradiction } from './journal-faults.ts'
import { ICMP_ERRORS } from './journal-header.ts'
import { LineSum } from './journal-lines.ts'
import { RowSums } from './journal-sums.ts'
import type { Journal } from './journal.ts'
import { count, list, shape, text, within } from './json-shape.ts'
import { pageShape } from './plan.ts'
import { OUTCOME, PAGE_ROWS } from './probe-table.ts'
import { createRunFacts, type RunFacts } from './run.ts'
import type { UnfinishedHeader } from './unfinished-header.ts'
import { blockColumns, BLOCK_COLUMNS, BLOCK_ROWS, type BlockColumn } from './unfinished-journal.ts'

/** `{"crc32":"01234567","block":` */
const BLOCK_AT = 28
/** A page of the table is opened for this number of rows at least, and some more: few rows that are far apart do not take the memory of many. */
const ROWS_A_PAGE = 256
const SPARSE_PAGES = 64

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array

interface Block {
  readonly first: number
  readonly rows: number
  /** Absent: the rows follow each other. */
  readonly offsets: Uint32Array | undefined
  readonly columns: readonly (readonly [name: BlockColumn, values: Column])[]
}

interface WrittenBlock {
  readonly first: number
  readonly rows: number
  readonly offsets?: string
  readonly icmp?: readonly IcmpError[]
  readonly serverBase?: readonly (readonly [client: number, base: number])[]
  readonly columns: Readonly<Record<string, string>>
}

const BLOCK = shape(
  { first: count, rows: within(1, BLOCK_ROWS), columns: isObject },
  { offsets: text, icmp: ICMP_ERRORS, serverBase: list(pair => list(count, 2, 2)(pair)) },
)

/** Reads the journal of a run that goes on, or was killed: the probes of its whole blocks. */
export class UnfinishedReader {
  readonly #header: UnfinishedHeader
  readonly #facts: RunFacts
  readonly #columnNames: readonly BlockColumn[]
  readonly #sum = new LineSum()
  readonly #blocks: Block[] = []
  #rows = 0

  /** @param line the text of the header */
  constructor(header: UnfinishedHeader, line: string) {
    const { plan, engine, ports, epoch, startedAt, sockets } = header
    this.#header = header
    this.#columnNames = blockColumns(pageShape(plan))
    this.#sum.add(line)
    this.#facts = createRunFacts(plan, engine)
    this.#facts.startedAt = startedAt
    if (epoch !== undefined) this.#facts.epoch = epoch
    if (sockets !== undefined) this.#facts.sockets = sockets
    this.#facts.clients.forEach((client, number) => {
      const port = ports[number] ?? null
      if (port !== null) client.port = port
    })
  }

  /** Adds a line after the header. Throws `usage`. */
  read(value: unknown, line: string, number: number): void {
    if (!isObject(value) || !isBlock(value['block'])) throw brokenLine(number)
    this.#sum.add(line.slice(BLOCK_AT, -1))
    if (!line.startsWith(`{"crc32":"${this.#sum.digits}","block":`))
      throw contradiction(`the checksum of line ${number} is not that of the lines so far`)
    const { first, rows, offsets, icmp = [], serverBase = [], columns } = value['block']
    const block = { first, rows, offsets: offsetsOf(offsets, rows), columns: this.#columnsOf(columns, rows) }
    if (!this.#areRows(block)) throw contradiction(`line ${number} has rows that the run cannot have`)
    this.#rows += rows
    this.#blocks.push(block)
    this.#facts.icmp.push(...icmp)
    for (const [client, base] of serverBase) {
      const known = this.#facts.clients[client]
      if (known === undefined) throw contradiction(`line ${number} has a client that the run does not have`)
      known.serverBase = base
    }
  }

  /** The facts of the probes that were read. */
  end(): Journal {
    const facts = this.#facts
    this.#fill()
    const sums = new RowSums(facts, false)
    for (const [number, page] of facts.probes.pages.entries()) {
      const wrong = page === undefined ? undefined : sums.add(page, number, PAGE_ROWS)
      if (wrong !== undefined) throw contradiction(wrong)
    }
    keepReadRows(facts, sums)
    facts.cut = {}
    facts.interrupted = true
    return { facts, context: this.#header.context }
  }

  #columnsOf(written: Readonly<Record<string, string>>, rows: number): Block['columns'] {
    return this.#columnNames.map(name => {
      const bytes = bytesOf(written[name])
      if (bytes === undefined) throw contradiction(`a block has no whole column ${name}`)
      const Values = name === 'copies' && bytes.length === rows ? Uint8Array : BLOCK_COLUMNS[name]
      if (bytes.length !== rows * Values.BYTES_PER_ELEMENT)
        throw contradiction(`a column ${name} has other bytes than its rows need`)
      return [name, new Values(bytes.buffer)] as const
    })
  }

  #areRows({ first, rows, offsets }: Block): boolean {
    const { clients, count: most = Infinity } = this.#facts.plan
    if (offsets?.some((offset, n) => (n === 0 ? offset !== 0 : offset <= (offsets[n - 1] ?? 0))) === true) return false
    const last = first + (offsets?.at(-1) ?? rows - 1)
    return Number.isSafeInteger(last) && Math.floor(last / clients) < most
  }

  #fill(): void {
    const { probes } = this.#facts
    const most = SPARSE_PAGES + Math.floor(this.#rows / ROWS_A_PAGE)
    for (const { first, rows, offsets, columns } of this.#blocks.splice(0)) {
      for (let n = 0; n < rows; n++) {
        const row = first + (offsets?.[n] ?? n)
        if (row >= most * PAGE_ROWS) break
        const page = probes.open(row)
        const place = row % PAGE_ROWS
        if (page.outcome[place] !== OUTCOME.unscheduled) throw contradiction(`it has row ${row} twice`)
        for (const [name, values] of columns) {
          const column = page[name]
          if (column !== undefined) column[place] = values[n] ?? 0
        }
        if (page.outcome[place] === OUTCOME.unscheduled) throw contradiction(`row ${row} was never scheduled`)
      }
    }
  }
}

function isBlock(value: unknown): value is WrittenBlock {
  return BLOCK(value) && Object.values((value as WrittenBlock).columns).every(text)
}

function bytesOf(base64: string | undefined): Uint8Array<ArrayBuffer> | undefined {
  return base64 === undefined ? undefined : decodeBase64(base64)
}

function offsetsOf(base64: string | undefined, rows: number): Uint32Array | undefined {
  if (base64 === undefined) return undefined
  const bytes = bytesOf(base64)
  if (bytes?.length !== rows * 4) throw contradiction('a block has other offsets than its rows need')
  return new Uint32Array(bytes.buffer)
}
