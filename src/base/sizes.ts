import { usage } from './error.ts'
import { quoted } from './quoted.ts'
import { invalidValue } from './invalid-value.ts'
import { parseSize } from './size.ts'

/** The largest size accepted: the maximum of UDP's length field. The kernel refuses it, which a user may want to see. */
export const LARGEST_SIZE = 65_535

/** The largest UDP payload: limited by the IP length over IPv4 (RFC 791, RFC 768), by the UDP length over IPv6 (RFC 8200). */
export const LARGEST_PAYLOAD = { udp4: 65_507, udp6: 65_527 } as const

const MOST_SIZES = 100_000
const MOST_WITHOUT_STEP = 1_000
const EXAMPLES = ['1472,1473,4000', '64..9000/512'] as const
const RANGE = /^(.*?)\.\.(.*?)(?:\/(.*))?$/su

/**
 * Datagram sizes in the given order: one (`4000`), a list (`1472,1473,4000`), a range `start..end/step` (`64..9000/512`; the end is included if
 * the steps reach it; a range of at most 1000 sizes needs no step), or a mixture. An array is a list of these. Each size is 0 to 65535; there
 * are at most 100 000 in total.
 */
export function parseSizes(text: string | number | readonly (string | number)[], name: string): number[] {
  const entries = typeof text === 'string' || typeof text === 'number' ? [text] : text
  const parts = entries.flatMap(entry => String(entry).split(','))
  if (parts.length === 0) throw usage(`${name} names no size`, `write ${EXAMPLES[0]} or ${EXAMPLES[1]}`)
  const sizes: number[] = []
  for (const part of parts) {
    const range = readPart(part, name)
    if (sizes.length + range.count > MOST_SIZES) {
      const reason = `that makes more than ${MOST_SIZES} sizes`
      throw invalidValue(name, part, reason, ['a larger step: 0..65507/64', 'fewer sizes: 1472,4000'])
    }
    for (let n = 0; n < range.count; n++) sizes.push(range.start + n * range.step)
  }
  return sizes
}

interface Range {
  readonly start: number
  readonly step: number
  readonly count: number
}

function readPart(part: string, name: string): Range {
  const [, first, last, stride] = RANGE.exec(part) ?? []
  if (first === undefined || last === undefined) return { start: readSize(part, name), step: 1, count: 1 }
  const start = readSize(first, name)
  const end = readSize(last, name)
  if (end < start) throw invalidValue(name, part, 'the range ends before it starts', EXAMPLES)
  if (stride === undefined && end - start >= MOST_WITHOUT_STEP) {
    const reason = `a range of ${end - start + 1} sizes needs a step`
    throw invalidValue(name, part, reason, [`${start}..${end}/512`, EXAMPLES[0]])
  }
  const step = stride === undefined ? 1 : parseSize(stride, name)
  if (step === 0) throw invalidValue(name, part, 'the step is 0', EXAMPLES)
  return { start, step, count: Math.floor((end - start) / step) + 1 }
}

function readSize(text: string, name: string): number {
  if (text.trim() === '') throw invalidValue(name, text, 'a size is missing', EXAMPLES)
  const size = parseSize(text, name)
  if (size <= LARGEST_SIZE) return size
  throw usage(
    `${name} cannot be ${quoted(text)}: a UDP datagram carries at most 65507 bytes over IPv4 and 65527 over IPv6`,
    `write 65507 or 65508 (one too large, to see the kernel refuse it); ${LARGEST_SIZE} is the most that can be tried`,
  )
}
