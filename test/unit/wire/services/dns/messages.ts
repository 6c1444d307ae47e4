import { dnsService, type DnsOptions } from '../../../../../src/wire/services/dns.ts'
import type { Reading, ServiceRequest } from '../../../../../src/wire/services/service.ts'
import type { DnsAnswer } from '../../../../../src/wire/services/answers.ts'
import { fromHex } from '../../golden.ts'
import { ENDS } from '../request.ts'

export const QUESTION: DnsOptions = {
  name: 'example.org',
  type: 1,
  class: 1,
  recurse: true,
  dnssec: false,
  bufsize: 1232,
  mixedCase: false,
}

/** A question with the id 0x1234; if the case is mixed, each odd letter has the other one. */
export function ask(options: Partial<DnsOptions> = {}): ServiceRequest {
  const random = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => [0x12, 0x34][i] ?? 0)
  const odd = (length: number): Uint8Array => new Uint8Array(length).fill(0x55)
  let asked = 0
  return dnsService({ ...QUESTION, ...options }).request(length => (asked++ === 0 ? random : odd)(length), ENDS)
}

/** A number in two bytes. */
export function u16(value: number): string {
  return value.toString(16).padStart(4, '0')
}

/** A name without compression. */
export function nameHex(text: string): string {
  const labels = text === '' ? [] : text.split('.')
  return [
    ...labels.map(label => label.length.toString(16).padStart(2, '0') + Buffer.from(label).toString('hex')),
    '00',
  ].join('')
}

export interface Said {
  readonly id?: number
  /** Flags and response code. */
  readonly flags?: number
  readonly question?: string
  readonly questions?: number
  /** The sections of records in hexadecimal digits. */
  readonly answers?: readonly string[]
  readonly authorities?: readonly string[]
  readonly additionals?: readonly string[]
}

/** A message of a server. */
export function message(said: Said = {}): Uint8Array {
  const { id = 0x1234, flags = 0x8180, question = `${nameHex('example.org')}00010001`, questions = 1 } = said
  const { answers = [], authorities = [], additionals = [] } = said
  const counts = [questions, answers.length, authorities.length, additionals.length]
  return fromHex(
    [id, flags, ...counts].map(u16).join('') + question + [...answers, ...authorities, ...additionals].join(''),
  )
}

/** A record; its name points to the question. */
export function record(type: number, data: string, { name = 'c00c', recordClass = 1, ttl = 300 } = {}): string {
  return `${name}${u16(type)}${u16(recordClass)}${ttl.toString(16).padStart(8, '0')}${u16(data.length / 2)}${data}`
}

/** An OPT record. */
export function opt(options = '', { name = '00', size = 1232, ttl = 0 } = {}): string {
  return record(41, options, { name, recordClass: size, ttl })
}

export function answerOf(reading: Reading): DnsAnswer {
  if (reading.what !== 'answer' || reading.answer.service !== 'dns') throw new Error(JSON.stringify(reading))
  return reading.answer
}
