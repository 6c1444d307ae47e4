import type { DnsRecord } from '../answers.ts'
import { dnsClassName, dnsTypeName } from './codes.ts'
import type { Cursor, Fault } from './cursor.ts'
import { dataText } from './data.ts'
import { OPT, readOpt, type Opt } from './edns.ts'
import type { Header } from './header.ts'
import { nameText } from './name.ts'

/** What the sections after the question have, up to the first fault. */
export interface Sections {
  readonly answers: readonly DnsRecord[]
  /** Number of records. */
  readonly authorities: number
  /** Number of records without OPT. */
  readonly additionals: number
  readonly opt?: Opt
  /** `why` is a whole clause: `record 2 of its answer section breaks off`. */
  readonly fault?: Fault
}

/** A record whose data is still bytes. */
interface RawRecord {
  readonly name: string
  readonly type: number
  readonly class: number
  readonly ttl: number
  readonly data: Cursor
}

/** Reads the answer, authority and additional sections (RFC 1035 section 4.1.3). `message` is behind the question. */
export function readSections(message: Cursor, header: Header): Sections {
  const answers = readSection(message, 'answer', header.answers, record => shownRecord(message, record))
  const authorities = readSection(message, 'authority', header.authorities, () => true)
  const additionals = readSection(message, 'additional', header.additionals, record => optOf(message, record))
  const opts = additionals.items.filter(item => item !== undefined)
  const [opt] = opts
  // RFC 6891 section 6.1.1: one OPT record at most.
  const second = opts.length > 1 ? { isCut: false, why: 'it has more than one OPT record' } : undefined
  const fault = answers.fault ?? authorities.fault ?? additionals.fault ?? second
  return {
    answers: answers.items,
    authorities: authorities.items.length,
    additionals: additionals.items.length - opts.length,
    ...(opt === undefined ? {} : { opt }),
    ...(fault === undefined ? {} : { fault }),
  }
}

interface Section<Item> {
  readonly items: readonly Item[]
  readonly fault?: Fault
}

/** Reads `count` records, or those before the first fault. */
function readSection<Item>(
  message: Cursor,
  section: string,
  count: number,
  read: (record: RawRecord) => Item,
): Section<Item> {
  const items: Item[] = []
  for (let number = 1; number <= count; number++) {
    const record = readRecord(message)
    const item = read(record)
    const { fault } = message
    if (fault !== undefined) {
      const place = `record ${number} of its ${section} section`
      return {
        items,
        fault: { ...fault, why: fault.isCut ? `${place} breaks off` : `${place} is wrong: ${fault.why}` },
      }
    }
    items.push(item)
  }
  return { items }
}

function readRecord(message: Cursor): RawRecord {
  const name = nameText(message.labels())
  const type = message.u16()
  const recordClass = message.u16()
  const ttl = message.u32()
  return { name, type, class: recordClass, ttl, data: message.part(message.u16()) }
}

function shownRecord(message: Cursor, { name, type, class: value, ttl, data }: RawRecord): DnsRecord {
  const text = dataText(data, type, value)
  takeFault(message, data)
  // RFC 2181 section 8: a TTL with the highest bit set is 0.
  return { name, type: dnsTypeName(type), class: dnsClassName(value), ttl: ttl < 2 ** 31 ? ttl : 0, data: text }
}

/** Undefined for a record that is no OPT record. */
function optOf(message: Cursor, { name, type, class: size, ttl, data }: RawRecord): Opt | undefined {
  if (type !== OPT) return undefined
  const opt = readOpt(data, size, ttl)
  // RFC 6891 section 6.1.2: its name is the root.
  if (name !== '.') message.fail('an OPT record has a name')
  takeFault(message, data)
  return opt
}

/** Data that is shorter than its fields is a mistake, also in an answer that may break off: its length says that it is complete. */
function takeFault(message: Cursor, { fault }: Cursor): void {
  if (fault !== undefined) message.fail(fault.isCut ? 'its data is too short' : fault.why)
}
