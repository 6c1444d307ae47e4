/** Types of resource records with their numbers (the IANA registry of DNS parameters). */
const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  NULL: 10,
  WKS: 11,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  SIG: 24,
  KEY: 25,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  DNAME: 39,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  EUI48: 108,
  EUI64: 109,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
  URI: 256,
  CAA: 257,
  TA: 32768,
  DLV: 32769,
}

/** Classes (RFC 1035 section 3.2.4, RFC 2136 section 2.4). */
const CLASSES: Readonly<Record<string, number>> = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 }

/** Response codes (RFC 6895 section 2.3). 16 is BADVERS in an OPT record. */
const RCODES: Readonly<Record<string, number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  DSOTYPENI: 11,
  BADVERS: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADMODE: 19,
  BADNAME: 20,
  BADALG: 21,
  BADTRUNC: 22,
  BADCOOKIE: 23,
}

const TYPE_NAMES = namesByNumber(TYPES)
const CLASS_NAMES = namesByNumber(CLASSES)
const RCODE_NAMES = namesByNumber(RCODES)

/** The names of the types, for help and suggestions. */
export const DNS_TYPES: readonly string[] = Object.keys(TYPES)

/** The names of the classes, for help and suggestions. */
export const DNS_CLASSES: readonly string[] = Object.keys(CLASSES)

/** The names of the response codes, for suggestions. */
export const DNS_RCODES: readonly string[] = Object.keys(RCODES)

/** The number of a type: `AAAA`, `aaaa` or `TYPE28` (RFC 3597 section 5). Undefined for anything else. */
export function dnsType(text: string): number | undefined {
  return numberOf(text, 'TYPE', TYPES)
}

/** The number of a class: `IN`, `in` or `CLASS1` (RFC 3597 section 5). Undefined for anything else. */
export function dnsClass(text: string): number | undefined {
  return numberOf(text, 'CLASS', CLASSES)
}

/** The number of a response code: `NXDOMAIN`, `nxdomain` or `RCODE3`. Undefined for anything else. */
export function dnsRcode(text: string): number | undefined {
  return numberOf(text, 'RCODE', RCODES)
}

/** `AAAA`, or `TYPE65535` for a type that is not in the table. */
export function dnsTypeName(type: number): string {
  return TYPE_NAMES.get(type) ?? `TYPE${type}`
}

/** `IN`, or `CLASS65535` for a class that is not in the table. */
export function dnsClassName(value: number): string {
  return CLASS_NAMES.get(value) ?? `CLASS${value}`
}

/** `NXDOMAIN`, or `RCODE4095` for a response code that is not in the table. */
export function dnsRcodeName(rcode: number): string {
  return RCODE_NAMES.get(rcode) ?? `RCODE${rcode}`
}

function namesByNumber(numbers: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  return new Map(Object.entries(numbers).map(([name, value]) => [value, name]))
}

function numberOf(text: string, prefix: string, numbers: Readonly<Record<string, number>>): number | undefined {
  const name = text.toUpperCase()
  if (Object.hasOwn(numbers, name)) return numbers[name]
  const digits = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  const value = /^\d{1,5}$/.test(digits) ? Number(digits) : Infinity
  return value <= 0xffff ? value : undefined
}
