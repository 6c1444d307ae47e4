import { encodeBase64 } from '../../../base/base64.ts'
import { formatIPv6 } from '../../../base/ip.ts'
import { utcAfter } from '../../../base/utc-time.ts'
import { dnsType, dnsTypeName } from './codes.ts'
import type { Cursor } from './cursor.ts'
import { nameText } from './name.ts'
import { serviceParameters } from './service-parameters.ts'
import { base32Text, escapeBytes, hexText, quoteBytes } from './text.ts'

/** One field of the data of a record, as a zone file has it. */
type Field = (data: Cursor) => string

const u8: Field = data => String(data.u8())
const u16: Field = data => String(data.u16())
const u32: Field = data => String(data.u32())
const name: Field = data => nameText(data.labels())
const ipv4: Field = data => data.bytes(4).join('.')
const ipv6: Field = data => formatIPv6(data.bytes(16))
const string: Field = data => quoteBytes(data.bytes(data.u8()))
const tag: Field = data => escapeBytes(data.bytes(data.u8()), '"\\();@', 0x21)
const restQuoted: Field = data => quoteBytes(data.bytes())
const restHex: Field = data => hexText(data.bytes())
const restBase64: Field = data => encodeBase64(data.bytes())
const type: Field = data => dnsTypeName(data.u16())
/** `-`: no salt (RFC 5155 section 3.3). */
const salt: Field = data => hexText(data.bytes(data.u8())) || '-'
const hash: Field = data => base32Text(data.bytes(data.u8()))

/** One character-string at least (RFC 1035 section 3.3.14). */
const strings: Field = data => {
  const texts: string[] = []
  do texts.push(string(data))
  while (!data.isAtEnd)
  return texts.join(' ')
}

/** `YYYYMMDDHHmmSS` in UTC (RFC 4034 section 3.2). */
const time: Field = data => {
  const moment = utcAfter('1970-01-01T00:00:00Z', data.u32() * 1000) ?? ''
  return moment.slice(0, 19).replace(/\D/gu, '')
}

/** The types that a name has: windows of 256 types with up to 32 bytes each (RFC 4034 section 4.1.2). */
const types: Field = data => {
  const names: string[] = []
  for (let last = -1; !data.isAtEnd;) {
    const window = data.u8()
    const bitmap = data.bytes(data.u8())
    if (window <= last || bitmap.length > 32) data.fail('its windows of types are wrong')
    last = window
    bitmap.forEach((byte, i) => {
      for (let bit = 0; bit < 8; bit++) {
        if ((byte & (0x80 >> bit)) !== 0) names.push(dnsTypeName(window * 256 + i * 8 + bit))
      }
    })
  }
  return names.join(' ')
}

/** The fields of the types that are shown. Other types are shown as bytes. */
const FORMS: Readonly<Record<string, readonly Field[]>> = {
  A: [ipv4],
  NS: [name],
  CNAME: [name],
  SOA: [name, name, u32, u32, u32, u32, u32],
  PTR: [name],
  HINFO: [string, string],
  MINFO: [name, name],
  MX: [u16, name],
  TXT: [strings],
  RP: [name, name],
  AFSDB: [u16, name],
  AAAA: [ipv6],
  SRV: [u16, u16, u16, name],
  NAPTR: [u16, u16, string, string, string, name],
  KX: [u16, name],
  DNAME: [name],
  DS: [u16, u8, u8, restHex],
  SSHFP: [u8, u8, restHex],
  RRSIG: [type, u8, u8, u32, time, time, u16, name, restBase64],
  NSEC: [name, types],
  DNSKEY: [u16, u8, u8, restBase64],
  DHCID: [restBase64],
  NSEC3: [u8, u8, u16, salt, hash, types],
  NSEC3PARAM: [u8, u8, u16, salt],
  TLSA: [u8, u8, u8, restHex],
  SMIMEA: [u8, u8, u8, restHex],
  CDS: [u16, u8, u8, restHex],
  CDNSKEY: [u16, u8, u8, restBase64],
  OPENPGPKEY: [restBase64],
  CSYNC: [u32, u16, types],
  ZONEMD: [u32, u8, u8, restHex],
  SVCB: [u16, name, serviceParameters],
  HTTPS: [u16, name, serviceParameters],
  SPF: [strings],
  URI: [u16, u16, restQuoted],
  CAA: [u8, tag, restQuoted],
}

const FIELDS: ReadonlyMap<number, readonly Field[]> = new Map(
  Object.entries(FORMS).map(([key, fields]) => [dnsType(key) ?? NaN, fields]),
)

/** Types whose data has this form in the class IN alone (RFC 3597 section 4): in CH, A is a name and a number. */
const IN_ONLY: ReadonlySet<string> = new Set(['A', 'AAAA', 'KX', 'SRV', 'DHCID', 'SVCB', 'HTTPS'])
const IN = 1

/**
 * The data of a record as in a zone file: `10 mail.example.org.`, or `\# 2 0102` for a type that is not known (RFC 3597 section 5).
 * `data.fault` says whether the data is wrong.
 */
export function dataText(data: Cursor, recordType: number, recordClass: number): string {
  const fields = recordClass === IN || !IN_ONLY.has(dnsTypeName(recordType)) ? FIELDS.get(recordType) : undefined
  if (fields === undefined) return unknownData(data.bytes())
  const texts = fields.map(field => field(data)).filter(text => text !== '')
  if (!data.isAtEnd) data.fail('its data is too long')
  return texts.join(' ')
}

function unknownData(bytes: Uint8Array): string {
  return bytes.length === 0 ? String.raw`\# 0` : String.raw`\# ${bytes.length} ${hexText(bytes)}`
}
