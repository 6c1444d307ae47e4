import { decodeBase64, encodeBase64 } from '../base/base64.ts'
import { usage } from '../base/error.ts'
import { isJournal, isWholeHeader, JOURNAL_FORMAT, type JournalHeader } from './journal-header.ts'
import { OUTCOME, PAGE_ROWS, type ProbePage } from './probe-table.ts'
import { createRunFacts, type RunFacts } from './run.ts'

const COLUMNS = [
  'scheduled',
  'sent',
  'arrived',
  'serverArrival',
  'order',
  'dwell',
  'detail',
  'outcome',
  'traits',
  'copies',
  'train',
  'source',
] as const satisfies readonly (keyof ProbePage)[]

/** A saved run: its facts, and what a Result says beside them (host, target, options, expectations). */
export interface Journal {
  readonly facts: RunFacts
  readonly context: Readonly<Record<string, unknown>>
}

/** The lines of a journal: a JSON header, then every column of every page, little-endian, in base64. */
export function* encodeJournal({ facts, context }: Journal): Iterable<string> {
  const { content: _, ...payload } = facts.plan.payload
  const header: JournalHeader = {
    format: JOURNAL_FORMAT,
    plan: { ...facts.plan, payload },
    engine: facts.engine,
    // JSON has no infinity: a client that never sent has no times.
    clients: facts.clients.map(client => ({ ...client })),
    icmp: facts.icmp,
    headers: facts.headers,
    implausible: facts.implausible,
    icmpIgnored: facts.icmpIgnored,
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
    context,
  }
  yield `${JSON.stringify(header)}\n`
  const columns = facts.clients.some(client => client.sources !== undefined)
    ? COLUMNS
    : COLUMNS.filter(column => column !== 'source')
  for (let number = facts.probes.retired; number < facts.probes.pages.length; number++) {
    const page = facts.probes.pages[number]
    if (page === undefined) continue
    const rows = usedRows(page)
    for (const column of columns) {
      const values = page[column]?.subarray(0, rows)
      // A lean page has not all columns.
      if (values === undefined) continue
      const data = encodeBase64(column === 'copies' ? narrowed(values) : bytesOf(values))
      yield `${JSON.stringify({ page: number, column, rows, data })}\n`
    }
  }
}

/** Reads a journal back; throws a `usage` error that names the line that is wrong. */
export function decodeJournal(text: string): Journal {
  const lines = text.split('\n').filter(line => line !== '')
  const header = parseLine(lines[0] ?? '', 1)
  if (!isJournal(header))
    throw usage(
      'this is no journal of udptool: its first line is not a journal header',
      'write one with udptool send --journal FILE',
    )
  if (!isWholeHeader(header)) throw broken(1)
  const facts = createRunFacts(header.plan, header.engine)
  facts.clients.forEach((client, number) => {
    const saved = header.clients[number]
    if (saved === undefined) return
    Object.assign(client, saved, { firstSent: saved.firstSent ?? Infinity, lastSent: saved.lastSent ?? -Infinity })
  })
  facts.icmp.push(...header.icmp)
  if (header.epoch !== undefined) facts.epoch = header.epoch
  facts.startedAt = header.startedAt
  facts.closedAt = header.closedAt
  facts.interrupted = header.interrupted
  if (header.wrongReplyAddress !== undefined) facts.wrongReplyAddress = header.wrongReplyAddress
  if (header.replyAddresses !== undefined) facts.replyAddresses = header.replyAddresses
  if (header.clockStep !== undefined) facts.clockStep = header.clockStep
  if (header.headers !== undefined) facts.headers = header.headers
  if (header.implausible !== undefined) facts.implausible = header.implausible
  if (header.icmpIgnored !== undefined) facts.icmpIgnored = header.icmpIgnored
  if (header.sockets !== undefined) facts.sockets = header.sockets
  if (header.host !== undefined) facts.host = header.host
  if (header.rounds !== undefined) facts.rounds = header.rounds
  lines.slice(1).forEach((line, i) => readColumn(facts, parseLine(line, i + 2), i + 2))
  return { facts, context: header.context }
}

function readColumn(facts: RunFacts, block: unknown, line: number): void {
  if (typeof block !== 'object' || block === null || !('page' in block) || !('column' in block) || !('data' in block))
    throw broken(line)
  const { page: number, column: name, data } = block
  const column = COLUMNS.find(known => known === name)
  const bytes = typeof data === 'string' ? decodeBase64(data) : undefined
  if (
    typeof number !== 'number' ||
    !Number.isInteger(number) ||
    number < 0 ||
    number > 1e6 ||
    column === undefined ||
    bytes === undefined
  )
    throw broken(line)
  const page = facts.probes.open(number * PAGE_ROWS)
  const target = page[column]
  if (target === undefined || bytes.length > target.byteLength) throw broken(line)
  if (column === 'copies' && 'rows' in block && block.rows === bytes.length) target.set(bytes)
  else bytesOf(target).set(bytes)
}

function bytesOf({ buffer, byteOffset, byteLength }: NonNullable<ProbePage[keyof ProbePage]>): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** One byte for each count where that is enough, as in nearly all runs; else four. The length of the data tells which (docs/journal.md). */
function narrowed(counts: NonNullable<ProbePage[keyof ProbePage]>): Uint8Array {
  return counts.every(count => count <= 0xff) ? Uint8Array.from(counts) : bytesOf(Uint32Array.from(counts))
}

/** Rows up to the last scheduled one. */
function usedRows(page: ProbePage): number {
  let rows = PAGE_ROWS
  while (rows > 0 && page.outcome[rows - 1] === OUTCOME.unscheduled) rows -= 1
  return rows
}

function parseLine(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw broken(line)
  }
}

function broken(line: number): Error {
  return usage(
    `line ${line} of the journal is not as udptool writes it`,
    'the file was cut or changed: take it from its source again',
  )
}
