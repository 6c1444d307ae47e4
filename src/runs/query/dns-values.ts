import { domainToASCII } from 'node:url'
import { hexText } from '../../base/bytes.ts'
import { parseCount } from '../../base/count.ts'
import { usage } from '../../base/error.ts'
import { invalidValue } from '../../base/invalid-value.ts'
import { addressBytes } from '../../base/ip.ts'
import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'
import { DNS_CLASSES, DNS_TYPES, dnsClass, dnsClassName, dnsType, dnsTypeName } from '../../wire/services/dns/codes.ts'
import { encodeName } from '../../wire/services/dns/name.ts'

/** Longest label, and longest name without its last dot (RFC 1035 section 2.3.4). */
const LONGEST_LABEL = 63
const LONGEST_NAME = 253
/** A smaller size counts as 512 (RFC 6891 section 6.2.5). */
const LEAST_BUFSIZE = 512
/** Limit for a list of sizes, each of which is asked. */
const MOST_BUFSIZES = 20

/** The full stop, and the characters that IDNA takes for one (UTS 46 section 2.3). A backslash makes it a part of a label. */
const DOTS = /(?<!\\)[.\u3002\uFF0E\uFF61]/u
const PRINTABLE = /^[\u0021-\u007E]+$/u
const EXAMPLES = ['example.org', 'bücher.example'] as const

/** A name for a question in A-labels: `bücher.example` becomes `xn--bcher-kva.example`. `.` is the root. */
export function parseDnsName(value: string, flag: string): string {
  const written = value.trim()
  if (written === '') throw invalidValue(flag, value, 'it is empty', [EXAMPLES[0], '. (the root)'])
  if (written === '.') return written
  const address = addressBytes(written)
  if (address !== undefined)
    throw usage(
      `${flag} cannot be ${quoted(value)}: it is an address`,
      `write ${reverseName(address)} with the type PTR to ask for its name`,
    )
  if (written.includes('://')) throw invalidValue(flag, value, 'a name is no URL', EXAMPLES)
  const labels = written.split(DOTS)
  // A dot at the end.
  const absolute = labels.length > 1 && labels.at(-1) === '' ? labels.slice(0, -1) : labels
  if (absolute.includes('')) throw invalidValue(flag, value, 'it has an empty label', EXAMPLES)
  const name = absolute.map(label => asciiLabel(label, value, flag)).join('.')
  if (encodeName(name) === undefined)
    throw usage(
      `${flag} cannot be ${quoted(value)}: a name has at most ${LONGEST_NAME} characters, and this one ${name.length}`,
      'write a shorter name',
    )
  return absolute === labels ? name : `${name}.`
}

function asciiLabel(label: string, value: string, flag: string): string {
  const ascii = PRINTABLE.test(label) ? label : domainToASCII(label)
  if (!PRINTABLE.test(ascii)) throw invalidValue(flag, value, `${quoted(label)} is no label of a name`, EXAMPLES)
  if (encodeName(ascii) !== undefined) return ascii
  if (ascii.includes('\\'))
    throw invalidValue(flag, value, `${quoted(label)} has a backslash that escapes nothing`, ['\\.', '\\032'])
  throw usage(
    `${flag} cannot be ${quoted(value)}: a label has at most ${LONGEST_LABEL} characters, and ${quoted(label)} has ${ascii.length}`,
    'write a shorter label',
  )
}

/** The name that has the PTR record of an address (RFC 1035 section 3.5, RFC 3596 section 2.5). */
function reverseName(address: readonly number[]): string {
  if (address.length === 4) return `${address.toReversed().join('.')}.in-addr.arpa`
  const digits = hexText(address)
  return `${Array.from(digits).toReversed().join('.')}.ip6.arpa`
}

/** A type of records by its name or number: `AAAA`, `TYPE65`. */
export function parseDnsType(value: string, flag: string): number {
  return parseCode(value, flag, { of: dnsType, nameOf: dnsTypeName, names: DNS_TYPES, prefix: 'TYPE', example: 'AAAA' })
}

/** A class by its name or number: `IN`, `CLASS3`. */
export function parseDnsClass(value: string, flag: string): number {
  return parseCode(value, flag, {
    of: dnsClass,
    nameOf: dnsClassName,
    names: DNS_CLASSES,
    prefix: 'CLASS',
    example: 'IN',
  })
}

/** The names of a registry. */
interface Codes {
  readonly of: (text: string) => number | undefined
  readonly nameOf: (code: number) => string
  readonly names: readonly string[]
  readonly prefix: string
  readonly example: string
}

function parseCode(value: string, flag: string, { of, nameOf, names, prefix, example }: Codes): number {
  const written = value.trim()
  const code = of(written)
  if (code !== undefined) return code
  const isNumber = /^\d{1,5}$/u.test(written) && Number(written) <= 0xffff
  const meant = isNumber ? nameOf(Number(written)) : nearest(written, names)
  const reason = isNumber ? `a number follows ${prefix}` : 'it is not the name of one'
  const hint = meant === undefined ? `write ${example}, or ${prefix} with its number` : `did you mean ${meant}?`
  throw usage(`${flag} cannot be ${quoted(value)}: ${reason}`, hint)
}

/** The size for answers in EDNS, or several with commas between them; 0: no EDNS. */
export function parseBufsizes(value: number | string, flag: string): readonly number[] {
  const written = String(value).split(',')
  const sizes = written.map(one => parseBufsize(typeof value === 'number' ? value : one.trim(), flag))
  if (sizes.length > MOST_BUFSIZES) {
    throw usage(`${flag} cannot have more than ${MOST_BUFSIZES} sizes`, `write ${flag} 512,1232,4096`)
  }
  return [...new Set(sizes)]
}

function parseBufsize(value: number | string, flag: string): number {
  const size = parseCount(value, flag, { max: 65_535 })
  if (size === 0 || size >= LEAST_BUFSIZE) return size
  throw usage(
    `${flag} cannot be ${quoted(value)}: the least is ${LEAST_BUFSIZE}`,
    `write ${flag} 1232, or ${flag} 0 for a question without EDNS`,
  )
}
