import type { DnsAnswer } from '../answers.ts'
import { Cursor } from './cursor.ts'
import { extendedErrorText } from './extended-error.ts'

/** The type of the OPT record (RFC 6891 section 6.1.1). */
export const OPT = 41
const DNSSEC_OK = 0x8000
const EXTENDED_ERROR = 15

/** The OPT record of a question (RFC 6891 section 6.1.2): root name, type, UDP payload size, version 0, the flag DO, no options. */
export function encodeOpt(size: number, dnssecOk: boolean): readonly number[] {
  return [0, 0, OPT, size >> 8, size & 0xff, 0, 0, dnssecOk ? DNSSEC_OK >> 8 : 0, 0, 0, 0]
}

/** What the OPT record of an answer says. */
export interface Opt {
  /** The upper 8 of the 12 bits of the response code (RFC 6891 section 6.1.3). */
  readonly rcodeHigh: number
  readonly edns: NonNullable<DnsAnswer['edns']>
}

/** Reads an OPT record: its class is the UDP payload size, its TTL has the code, version and flags (RFC 6891 section 6.1.3). */
export function readOpt(data: Cursor, size: number, ttl: number): Opt {
  const errors: string[] = []
  while (!data.isAtEnd) {
    const code = data.u16()
    const option = data.bytes(data.u16())
    if (code === EXTENDED_ERROR) errors.push(extendedErrorText(new Cursor(option)))
  }
  const edns = { version: (ttl >>> 16) & 0xff, size, dnssecOk: (ttl & DNSSEC_OK) !== 0, errors }
  return { rcodeHigh: ttl >>> 24, edns }
}
