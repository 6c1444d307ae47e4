import type { DnsAnswer, DnsQuestion, DnsRecord } from './answers.ts'
import { dnsClassName, dnsRcodeName, dnsTypeName } from './dns/codes.ts'
import { Cursor } from './dns/cursor.ts'
import { encodeOpt } from './dns/edns.ts'
import { encodeHeader, HEADER_SIZE, readHeader, type Header } from './dns/header.ts'
import { encodeName, nameText } from './dns/name.ts'
import { readSections } from './dns/sections.ts'
import { malformed, unmatched, type RandomBytes, type Reading, type Service, type ServiceRequest } from './service.ts'

/** A question, and how it is asked. */
export interface DnsOptions extends DnsQuestion {
  /** Whether the server is to find the answer from other servers (RD). */
  readonly recurse: boolean
  /** Whether the server is to add signatures (DO, RFC 3225). Needs EDNS. */
  readonly dnssec: boolean
  /** The UDP payload size that an answer may have, in bytes (RFC 6891 section 6.2.3). 0: no EDNS, answers of up to 512 bytes. */
  readonly bufsize: number
  /** Whether the letters of the name have random case, which an answer repeats (draft-vixie-dnsext-dns0x20): more bits to guess. */
  readonly mixedCase: boolean
}

/** A question as it was sent. */
interface Asked {
  readonly options: DnsOptions
  readonly id: number
  /** The name on the wire as the user wrote it. */
  readonly name: Uint8Array
  /** The same as text, and with the case of the letters as it was sent. */
  readonly text: string
  readonly sentText: string
}

const FORMERR = 1

/**
 * A question to a name server. `name` is in A-labels, as `encodeName` accepts it.
 * Throws a RangeError for a name that is none: the caller checks it first.
 */
export function dnsService(options: DnsOptions): Service {
  const name = encodeName(options.name)
  if (name === undefined) throw new RangeError(`this is not a domain name: ${options.name}`)
  return { name: 'dns', named: true, request: random => createRequest(options, name, random) }
}

function createRequest(options: DnsOptions, name: Uint8Array, random: RandomBytes): ServiceRequest {
  const [high = 0, low = 0] = random(2)
  const sentName = options.mixedCase ? mixCase(name, random) : name
  const asked = { options, id: (high << 8) | low, name, text: textOf(name), sentText: textOf(sentName) }
  const opt = options.bufsize > 0 ? encodeOpt(options.bufsize, options.dnssec) : []
  const bytes = Uint8Array.from([
    ...encodeHeader(asked.id, options.recurse, opt.length > 0 ? 1 : 0),
    ...sentName,
    options.type >> 8,
    options.type & 0xff,
    options.class >> 8,
    options.class & 0xff,
    ...opt,
  ])
  return { bytes, read: datagram => readDatagram(asked, datagram) }
}

function readDatagram(asked: Asked, datagram: Uint8Array): Reading {
  const header = readHeader(datagram)
  if (header === undefined) return malformed(`its header breaks off after ${datagram.length} of ${HEADER_SIZE} bytes`)
  const other = otherRequest(asked, header)
  if (other !== undefined) return unmatched(other)
  const message = new Cursor(datagram, HEADER_SIZE)
  const labels = message.labels()
  const [type, recordClass] = [message.u16(), message.u16()]
  if (message.fault !== undefined) {
    return malformed(message.fault.isCut ? 'its question breaks off' : `its question is wrong: ${message.fault.why}`)
  }
  const name = nameText(labels)
  const same = type === asked.options.type && recordClass === asked.options.class
  if (!same || lowerCase(name) !== lowerCase(asked.text)) {
    const group = recordClass === asked.options.class ? '' : `${dnsClassName(recordClass)} `
    return unmatched(`it answers another question: ${name} ${group}${dnsTypeName(type)}`)
  }
  if (asked.options.mixedCase && name !== asked.sentText) {
    return { what: 'askAgain', because: 'caseNotKept', service: dnsService({ ...asked.options, mixedCase: false }) }
  }
  return readAnswer(asked, header, datagram, message.at)
}

/** Why a message is no answer to this request by its header. */
function otherRequest(asked: Asked, header: Header): string | undefined {
  if (header.id !== asked.id) return 'its id is of another request'
  if (!header.isResponse) return 'it is a question, not an answer'
  if (header.opcode !== 0) return `its opcode is ${header.opcode}, not 0 (QUERY)`
  if (header.questions === 1) return undefined
  const said = dnsRcodeName(header.rcode)
  // RFC 5452 section 9.1: an answer matches by its question too. Without one the id alone could be guessed.
  if (header.questions > 1) return `it repeats ${header.questions} questions, not 1`
  return header.rcode === FORMERR && asked.options.bufsize > 0
    ? `it says ${said} and repeats no question, as a server without EDNS does (try a bufsize of 0)`
    : `it says ${said} and repeats no question`
}

function readAnswer(asked: Asked, header: Header, datagram: Uint8Array, at: number): Reading {
  const { options, name, text, sentText } = asked
  // Other names point to the name of the question: with the case that the user wrote, they have it too.
  const message = Uint8Array.from(datagram)
  message.set(name, HEADER_SIZE)
  const sections = readSections(new Cursor(message, at), header)
  // RFC 2181 section 9: an answer with TC may break off anywhere.
  if (sections.fault !== undefined && !(header.tc && sections.fault.isCut)) return malformed(sections.fault.why)
  const asWritten = (record: DnsRecord): DnsRecord => (record.name === sentText ? { ...record, name: text } : record)
  const { opt } = sections
  const answer: DnsAnswer = {
    service: 'dns',
    question: { name: options.name, type: options.type, class: options.class },
    rcode: dnsRcodeName(((opt?.rcodeHigh ?? 0) << 4) | header.rcode),
    aa: header.aa,
    tc: header.tc,
    ra: header.ra,
    ad: header.ad,
    answers: sections.answers.length,
    records: sections.answers.map(asWritten),
    authorities: sections.authorities,
    additionals: sections.additionals,
    ...(opt === undefined ? {} : { edns: opt.edns }),
  }
  return { what: 'answer', answer }
}

/** Gives each letter a random case. The lengths between the labels are at most 63, so none is a letter. */
function mixCase(name: Uint8Array, random: RandomBytes): Uint8Array {
  const letters = name.reduce((count, byte) => count + (isLetter(byte) ? 1 : 0), 0)
  const bits = random(Math.ceil(letters / 8))
  let letter = 0
  return name.map(byte => {
    if (!isLetter(byte)) return byte
    const bit = ((bits[letter >> 3] ?? 0) >> (letter & 7)) & 1
    letter++
    return bit === 1 ? byte ^ 0x20 : byte
  })
}

/** ASCII letters alone have two cases in a name (RFC 4343 section 3). */
function isLetter(byte: number): boolean {
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

/** The text of a name is ASCII, and other bytes are numbers in it, so that only letters change. */
function lowerCase(text: string): string {
  return text.toLowerCase()
}

function textOf(name: Uint8Array): string {
  return nameText(new Cursor(name).labels())
}
