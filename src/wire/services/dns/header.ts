import { Cursor } from './cursor.ts'

/** Bytes of a header (RFC 1035 section 4.1.1). */
export const HEADER_SIZE = 12

const RESPONSE = 0x8000
const AUTHORITATIVE = 0x0400
const TRUNCATED = 0x0200
const RECURSION_DESIRED = 0x0100
const RECURSION_AVAILABLE = 0x0080
/** RFC 4035 section 3.2.3. In a question: the flag is welcome in the answer (RFC 6840 section 5.7). */
const AUTHENTIC_DATA = 0x0020

export interface Header {
  readonly id: number
  readonly isResponse: boolean
  readonly opcode: number
  readonly aa: boolean
  readonly tc: boolean
  readonly ra: boolean
  readonly ad: boolean
  /** The lower 4 bits of the response code. */
  readonly rcode: number
  /** Numbers of records in the sections. */
  readonly questions: number
  readonly answers: number
  readonly authorities: number
  readonly additionals: number
}

/** The header of a standard query with one question and `additionals` further records. */
export function encodeHeader(id: number, recurse: boolean, additionals: number): readonly number[] {
  const flags = AUTHENTIC_DATA | (recurse ? RECURSION_DESIRED : 0)
  return [id >> 8, id & 0xff, flags >> 8, flags & 0xff, 0, 1, 0, 0, 0, 0, 0, additionals]
}

/** Reads the header of a datagram. Undefined if it is shorter. */
export function readHeader(datagram: Uint8Array): Header | undefined {
  if (datagram.length < HEADER_SIZE) return undefined
  const cursor = new Cursor(datagram)
  const id = cursor.u16()
  const flags = cursor.u16()
  return {
    id,
    isResponse: (flags & RESPONSE) !== 0,
    opcode: (flags >> 11) & 15,
    aa: (flags & AUTHORITATIVE) !== 0,
    tc: (flags & TRUNCATED) !== 0,
    ra: (flags & RECURSION_AVAILABLE) !== 0,
    ad: (flags & AUTHENTIC_DATA) !== 0,
    rcode: flags & 15,
    questions: cursor.u16(),
    answers: cursor.u16(),
    authorities: cursor.u16(),
    additionals: cursor.u16(),
  }
}
