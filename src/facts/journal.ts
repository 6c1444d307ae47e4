import { encodeBase64 } from '../base/base64.ts'
import { JOURNAL_FORMAT, type JournalHeader } from './journal-header.ts'
import { COLUMNS, LineSum } from './journal-lines.ts'
import { OUTCOME, PAGE_ROWS, type ProbePage } from './probe-table.ts'
import type { RunFacts } from './run.ts'

/** A saved run: its facts, and the other inputs of a Result (host, target, options, expectations). */
export interface Journal {
  readonly facts: RunFacts
  readonly context: Readonly<Record<string, unknown>>
}

/** The lines of a journal: a JSON header, then every column of every page, little-endian, in base64, then the end line. */
export function* encodeJournal(journal: Journal): Iterable<string> {
  const sum = new LineSum()
  let rows = 0
  for (const line of linesOf(journal, count => (rows += count))) {
    sum.add(line)
    yield `${line}\n`
  }
  yield `${JSON.stringify(sum.end(rows))}\n`
}

/** @param onPage is called with the number of rows of each page */
function* linesOf({ facts, context }: Journal, onPage: (rows: number) => void): Iterable<string> {
  yield JSON.stringify(headerOf(facts, context))
  const columns = facts.clients.some(client => client.sources !== undefined)
    ? COLUMNS
    : COLUMNS.filter(column => column !== 'source')
  for (let number = facts.probes.retired; number < facts.probes.pages.length; number++) {
    const page = facts.probes.pages[number]
    const rows = page === undefined ? 0 : usedRows(page)
    if (page === undefined || rows === 0) continue
    onPage(rows)
    for (const column of columns) {
      const values = page[column]?.subarray(0, rows)
      // A lean page lacks some columns, and one of udptool's own protocol has no counter.
      if (values === undefined) continue
      const data = encodeBase64(column === 'copies' ? narrowed(values) : bytesOf(values))
      yield JSON.stringify({ page: number, column, rows, data })
    }
  }
}

function headerOf(facts: RunFacts, context: Journal['context']): JournalHeader {
  const { content: _, ...payload } = facts.plan.payload
  return {
    format: JOURNAL_FORMAT,
    plan: { ...facts.plan, payload },
    engine: facts.engine,
    // JSON has no infinity: the times of a client that never sent become null.
    clients: facts.clients.map(client => ({ ...client })),
    icmp: facts.icmp,
    headers: facts.headers,
    implausible: facts.implausible,
    icmpIgnored: facts.icmpIgnored,
    receiveErrors: facts.receiveErrors,
    ...(facts.epoch === undefined ? {} : { epoch: facts.epoch }),
    startedAt: facts.startedAt,
    closedAt: facts.closedAt,
    interrupted: facts.interrupted,
    ...(facts.wrongReplyAddress === undefined ? {} : { wrongReplyAddress: facts.wrongReplyAddress }),
    ...(facts.replyAddresses === undefined ? {} : { replyAddresses: facts.replyAddresses }),
    ...(facts.clockStep === undefined ? {} : { clockStep: facts.clockStep }),
    ...(facts.sockets === undefined ? {} : { sockets: facts.sockets }),
    ...(facts.host === undefined ? {} : { host: facts.host }),
    ...(facts.rounds === undefined ? {} : { rounds: facts.rounds }),
    ...(facts.stamp === undefined ? {} : { stamp: facts.stamp }),
    ...(facts.irtt === undefined ? {} : { irtt: facts.irtt }),
    context,
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: NonNullable<ProbePage[keyof ProbePage]>): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** One byte for each count if that is enough, as in nearly all runs; else four. The length of the data shows which (docs/journal.md). */
function narrowed(counts: NonNullable<ProbePage[keyof ProbePage]>): Uint8Array {
  return counts.every(count => count <= 0xff) ? Uint8Array.from(counts) : bytesOf(Uint32Array.from(counts))
}

/** Rows up to the last scheduled one. */
function usedRows(page: ProbePage): number {
  let rows = PAGE_ROWS
  while (rows > 0 && page.outcome[rows - 1] === OUTCOME.unscheduled) rows -= 1
  return rows
}
