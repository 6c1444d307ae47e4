import { parseCount } from '../base/count.ts'
import { parseDuration } from '../base/duration.ts'
import { usage } from '../base/error.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import { quoted } from '../base/quoted.ts'
import { parseRate } from '../base/rate.ts'
import { parseRatio } from '../base/ratio.ts'
import { invalidValue } from '../base/invalid-value.ts'
import { parseSize } from '../base/size.ts'
import { LARGEST_SIZE } from '../base/sizes.ts'
import type { ImpairmentRule } from '../facts/impairment-rule.ts'
import { type RuleForm, RuleReader } from './rule-reader.ts'

/**
 * The longest wait for the link of `rate`. The old rule for router buffers is one round trip, and CoDel assumes a round trip of 100 ms as
 * the usual worst case of the Internet (its default interval, RFC 8289).
 */
const QUEUE: Nanos = 100 * MILLISECOND

/** The headers of IPv4 and UDP (RFC 791 section 3.1, RFC 768). No packet here is smaller. */
const LEAST_MTU = 28

/** The IPv6 header and the largest value of its length field (RFC 8200 section 3). No packet is larger. */
const MOST_MTU = 40 + 65_535

/** One rule. Rules are separated by spaces or commas. */
const RULE = /[^\s,]+/gu

interface Form extends RuleForm {
  /** Reads the part after the name. */
  readonly read: (rule: RuleReader) => ImpairmentRule
}

const DROP_PATTERNS: ReadonlyMap<string, Form> = new Map<string, Form>([
  [
    'every',
    {
      example: 'drop=every:10',
      read: rule => ({ rule: 'dropEvery', every: rule.argument(':', 'count', parseCountFromOne) }),
    },
  ],
  [
    'burst',
    {
      example: 'drop=burst:3@1%',
      read: rule => ({
        rule: 'dropBurst',
        length: rule.argument(':', 'length', parseCountFromOne),
        ratio: rule.argument('@', 'ratio', parseRatio),
      }),
    },
  ],
  [
    'gilbert',
    {
      example: 'drop=gilbert:0.02:0.2',
      read: rule => ({
        rule: 'dropGilbert',
        toBad: rule.argument(':', 'chance to turn bad', parseRatio),
        toGood: rule.argument(':', 'chance to turn good', parseRatio),
      }),
    },
  ],
])

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  [
    'drop',
    {
      example: 'drop=5%',
      read: rule =>
        /^=\p{L}/u.test(rule.rest)
          ? rule.choose('=', 'drop pattern', DROP_PATTERNS).read(rule)
          : { rule: 'drop', ratio: rule.argument('=', 'ratio', parseRatio) },
    },
  ],
  ['dup', { example: 'dup=2%', read: rule => ({ rule: 'duplicate', ratio: rule.argument('=', 'ratio', parseRatio) }) }],
  [
    'reorder',
    {
      example: 'reorder=3%:35ms',
      read: rule => ({
        rule: 'reorder',
        ratio: rule.argument('=', 'ratio', parseRatio),
        delay: rule.argument(':', 'delay', parseDuration),
      }),
    },
  ],
  [
    'delay',
    {
      example: 'delay=20ms~5ms',
      read: rule => ({
        rule: 'delay',
        base: rule.argument('=', 'delay', parseDuration),
        jitter: rule.rest === '' ? 0 : rule.argument('~', 'jitter', parseDuration),
      }),
    },
  ],
  [
    'truncate',
    {
      example: 'truncate=200@10%',
      read: rule => ({
        rule: 'truncate',
        length: rule.argument('=', 'size', parseDatagramSize),
        ratio: rule.rest === '' ? 1 : rule.argument('@', 'ratio', parseRatio),
      }),
    },
  ],
  [
    'corrupt',
    { example: 'corrupt=1%', read: rule => ({ rule: 'corrupt', ratio: rule.argument('=', 'ratio', parseRatio) }) },
  ],
  ['mtu', { example: 'mtu=1500', read: rule => ({ rule: 'mtu', size: rule.argument('=', 'size', parseMtu) }) }],
  [
    'rate',
    {
      example: 'rate=10Mbit',
      read: rule => ({
        rule: 'rate',
        // With its own hint, because that of the parser also offers datagrams per second.
        bitRate: rule.argument('=', 'rate', parseBitRate, 'write 10Mbit or 500kbit'),
        queue: QUEUE,
      }),
    },
  ],
  [
    'blackout',
    {
      example: 'blackout=2s@5s',
      read: rule => ({
        rule: 'blackout',
        length: rule.argument('=', 'length', parseDuration),
        start: rule.argument('@', 'start', parseDuration),
      }),
    },
  ],
])

/**
 * Parses rules as on the command line: `drop=5%,delay=20ms~5ms`, separated by spaces or commas, in one text or several. The order is kept.
 * Throws a `usage` error that quotes the rule, with an excerpt that points at the mistake. `flag` is the option they were given with,
 * `--up` or `--down`.
 */
export function parseImpairmentRules(texts: string | readonly string[], flag: string): readonly ImpairmentRule[] {
  return [texts]
    .flat()
    .flatMap(source =>
      Array.from(source.matchAll(RULE), ({ 0: text, index: start }) =>
        readRule(new RuleReader(text, { flag, source, start })),
      ),
    )
}

function readRule(rule: RuleReader): ImpairmentRule {
  const read = rule.choose('', 'rule', FORMS).read(rule)
  rule.end()
  return read
}

function parseCountFromOne(text: string, name: string): number {
  return parseCount(text, name, { min: 1 })
}

function parseDatagramSize(text: string, name: string): number {
  const size = parseSize(text, name)
  if (size <= LARGEST_SIZE) return size
  throw invalidValue(name, text, 'a UDP datagram cannot be that long', ['200', '1KiB'])
}

function parseMtu(text: string, name: string): number {
  const size = parseSize(text, name)
  const examples = ['1500', '1280'] as const
  if (size < LEAST_MTU)
    throw invalidValue(name, text, `the headers of IP and UDP alone take ${LEAST_MTU} bytes`, examples)
  if (size > MOST_MTU) throw invalidValue(name, text, 'an IP packet cannot be that large', examples)
  return size
}

/** Bits of payload per second, at least one: with less, the time of a datagram on the link could exceed the range of a moment. */
function parseBitRate(text: string, name: string): number {
  const { unit, perSecond } = parseRate(text, name)
  if (unit === 'packets') throw usage(`${name} cannot be ${quoted(text)}: a link counts bits, not datagrams`)
  if (perSecond < 1) throw usage(`${name} cannot be ${quoted(text)}: the least is 1 bit a second`)
  return perSecond
}
