import { isObject, parseJson } from '../base/json.ts'
import { addIgnored } from './ignored-icmp.ts'
import { addImplausible } from './implausible.ts'
import { keepReadRows } from './journal-cut.ts'
import { behindEnd, brokenLine, contradiction, notJournal } from './journal-faults.ts'
import { isJournal, isWholeHeader, type JournalHeader } from './journal-header.ts'
import { LineSum, type JournalEnd } from './journal-lines.ts'
import { RowSums } from './journal-sums.ts'
import { JournalTable } from './journal-table.ts'
import type { Journal } from './journal.ts'
import { ProbeTable } from './probe-table.ts'
import { addReceiveErrors } from './receive-errors.ts'
import { createRunFacts, type RunFacts } from './run.ts'
import { isUnfinishedHeader } from './unfinished-header.ts'
import { UnfinishedReader } from './unfinished-reader.ts'

/**
 * Reads a journal. Without its end line it is read up to its last complete page or block, and its facts are marked `cut`. Throws a `usage` error
 * that names the fault if the header is missing, a line is malformed, or sums do not agree.
 * @param source the whole text, or its lines
 */
export function decodeJournal(source: string | Iterable<string>): Journal {
  let reader: WholeReader | UnfinishedReader | undefined
  for (const { text, number, isLast } of numberedLines(typeof source === 'string' ? source.split('\n') : source)) {
    if (reader === undefined) {
      reader = readHeader(text, number)
      continue
    }
    const value = parseJson(text)
    // The file was cut inside this line.
    if (value === undefined && isLast && beginsLine(text)) break
    reader.read(value, text, number)
  }
  if (reader === undefined) throw notJournal()
  return reader.end()
}

/** Whether a text may be the beginning of a block or of the end line. */
function beginsLine(text: string): boolean {
  return ['{"page":', '{"end":', '{"crc32":'].some(start => text.startsWith(start) || start.startsWith(text))
}

interface Line {
  readonly text: string
  /** From 1, blank lines included. */
  readonly number: number
  readonly isLast: boolean
}

function* numberedLines(source: Iterable<string>): Iterable<Line> {
  let held: Omit<Line, 'isLast'> | undefined
  let number = 0
  for (const line of source) {
    number += 1
    const text = line.endsWith('\r') ? line.slice(0, -1) : line
    if (text === '') continue
    if (held !== undefined) yield { ...held, isLast: false }
    held = { text, number }
  }
  if (held !== undefined) yield { ...held, isLast: true }
}

/** Reads a journal that was written at the end of its run. */
class WholeReader {
  readonly #header: JournalHeader
  readonly #facts: RunFacts
  readonly #sum = new LineSum()
  readonly #sums: RowSums
  readonly #table: JournalTable
  #wrongRow: string | undefined
  #isEnded = false
  #isWhole: boolean | undefined

  /** @param line the text of the header */
  constructor(header: JournalHeader, line: string) {
    this.#header = header
    this.#sum.add(line)
    const { plan, engine } = header
    this.#facts = createRunFacts(plan, engine, new ProbeTable(plan.clients))
    takeHeader(this.#facts, header)
    this.#sums = new RowSums(this.#facts)
    this.#table = new JournalTable(this.#facts, (page, number, rows) => {
      this.#wrongRow ??= this.#sums.add(page, number, rows)
    })
  }

  /** Adds a line after the header. Throws `usage`. */
  read(value: unknown, line: string, number: number): void {
    if (this.#isEnded) throw behindEnd(number)
    this.#isEnded = isObject(value) && 'end' in value
    if (isObject(value) && this.#isEnded) checkEnd(value, this.#sum.end(this.#endRows()), number)
    else {
      this.#readBlock(value, number)
      this.#sum.add(line)
    }
  }

  end(): Journal {
    const declared = this.#facts.clients.reduce((all, { scheduled }) => all + scheduled, 0)
    this.#endRows()
    const isWhole = this.#isWhole === true
    if (this.#isEnded && !isWhole) throw contradiction('it has fewer rows than its header says')
    if (isWhole) {
      const wrong = this.#sums.contradiction()
      if (wrong !== undefined) throw contradiction(wrong)
    } else keepReadRows(this.#facts, this.#sums)
    if (!this.#isEnded) {
      this.#facts.cut = { scheduled: declared }
      this.#facts.interrupted = true
    }
    return { facts: this.#facts, context: this.#header.context }
  }

  #readBlock(value: unknown, line: number): void {
    const fault = this.#table.add(value)
    if (fault === 'malformed') throw brokenLine(line)
    if (fault === 'contradiction')
      throw contradiction(`line ${line} does not agree with its header, or with the lines before it`)
    this.#checkRows()
  }

  #endRows(): number {
    this.#isWhole ??= this.#table.end()
    this.#checkRows()
    return this.#table.rows
  }

  #checkRows(): void {
    if (this.#wrongRow !== undefined) throw contradiction(this.#wrongRow)
  }
}

function readHeader(text: string, line: number): WholeReader | UnfinishedReader {
  const header = parseJson(text)
  if (header === undefined) throw brokenLine(line)
  if (!isJournal(header)) throw notJournal()
  if (isUnfinishedHeader(header)) return new UnfinishedReader(header, text)
  if (!isWholeHeader(header)) throw brokenLine(line)
  return new WholeReader(header, text)
}

function takeHeader(facts: RunFacts, header: JournalHeader): void {
  facts.clients.forEach((client, number) => {
    const saved = header.clients[number]
    if (saved === undefined) return
    Object.assign(client, saved, { firstSent: saved.firstSent ?? Infinity, lastSent: saved.lastSent ?? -Infinity })
  })
  for (const error of header.icmp) facts.icmp.push(error)
  if (header.epoch !== undefined) facts.epoch = header.epoch
  facts.startedAt = header.startedAt
  facts.closedAt = header.closedAt
  facts.interrupted = header.interrupted
  if (header.wrongReplyAddress !== undefined) facts.wrongReplyAddress = header.wrongReplyAddress
  if (header.replyAddresses !== undefined) facts.replyAddresses = header.replyAddresses
  if (header.clockStep !== undefined) facts.clockStep = header.clockStep
  if (header.headers !== undefined) facts.headers = header.headers
  if (header.implausible !== undefined) addImplausible(facts.implausible, header.implausible)
  if (header.icmpIgnored !== undefined) addIgnored(facts.icmpIgnored, header.icmpIgnored)
  if (header.receiveErrors !== undefined) addReceiveErrors(facts.receiveErrors, header.receiveErrors)
  if (header.sockets !== undefined) facts.sockets = header.sockets
  if (header.host !== undefined) facts.host = header.host
  if (header.rounds !== undefined) facts.rounds = header.rounds
  if (header.stamp === undefined) delete facts.stamp
  else facts.stamp = header.stamp
  if (header.irtt !== undefined) facts.irtt = header.irtt
}

/** Checks an end line against the lines before it. */
function checkEnd(found: Readonly<Record<string, unknown>>, right: JournalEnd, line: number): void {
  const { end, lines, rows, crc32, ...others } = found
  if (end !== right.end || typeof crc32 !== 'string' || Object.keys(others).length > 0) throw brokenLine(line)
  for (const [name, count, known] of [
    ['lines', lines, right.lines],
    ['rows', rows, right.rows],
  ] as const) {
    if (typeof count !== 'number') throw brokenLine(line)
    if (count !== known) throw contradiction(`its end line says ${count} ${name}, and there are ${known}`)
  }
  if (crc32 !== right.crc32) throw contradiction('its checksum is not that of its lines')
}
