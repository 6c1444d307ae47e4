import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { DnsRecord } from '../../src/wire/services/answers.ts'
import { dnsService, type DnsOptions } from '../../src/wire/services/dns.ts'
import type { RandomBytes, ServiceRequest } from '../../src/wire/services/service.ts'
import { ROOT } from '../helpers/child.ts'
import { skipped } from '../helpers/tools.ts'

/** dnspython is a package of Debian, so it belongs to Debian's Python. */
const PYTHON = '/usr/bin/python3'

function hasDnspython(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import dns.message'], { stdio: 'ignore' })
    return true
  } catch {
    return skipped('python3-dnspython is not installed')
  }
}

/** An answer that dnspython made (dns_messages.py). */
interface Made {
  readonly id: number
  readonly question: { readonly name: string; readonly type: number; readonly class: number }
  readonly hex: string
  readonly rcode: string
  readonly answers: readonly DnsRecord[]
  readonly edns: { readonly errors: readonly (readonly [number, string | null])[] } | null
}

/** A query as dnspython reads it. */
interface Read {
  readonly id: number
  readonly name: string
}

function dnspython<Line>(args: readonly string[], input = ''): readonly Line[] {
  const command = ['-B', `${ROOT}test/helpers/peers/dns_messages.py`, ...args]
  const output = execFileSync(PYTHON, command, { input, encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 200_000 })
  return output
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line)
}

/** Request ids and the case of letters by a seed. */
function seeded(seed: number): RandomBytes {
  let state = seed >>> 0
  return length =>
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state >>> 24
    })
}

const ENDS = {
  local: { address: '192.0.2.1', port: 1, family: 'udp4' },
  target: { address: '192.0.2.2', port: 53, family: 'udp4' },
} as const
const OPTIONS = { recurse: true, dnssec: false, bufsize: 1232, mixedCase: false } as const

function requestWithId(options: DnsOptions, id: number): ServiceRequest {
  return dnsService(options).request(() => Uint8Array.of(id >> 8, id & 255), ENDS)
}

/** Types that dnspython shows in lower-case hexadecimal digits or in groups: only the digits are compared. */
const DIGITS: ReadonlySet<string> = new Set(
  'DS CDS SSHFP TLSA DNSKEY CDNSKEY RRSIG NSEC3 NSEC3PARAM OPENPGPKEY DHCID ZONEMD TYPE65280'.split(' '),
)

/** dnspython quotes each value of a service parameter; RFC 9460 appendix A allows both forms. */
function comparable({ type, data, ...rest }: DnsRecord): DnsRecord {
  const shown = DIGITS.has(type)
    ? data.replaceAll(/\s/gu, '').toLowerCase()
    : data.replaceAll(/\b(mandatory|port|ech|ipv[46]hint)="([^"]*)"/gu, '$1=$2')
  return { ...rest, type, data: shown }
}

describe.runIf(hasDnspython())('dnspython as second opinion', () => {
  test('says the same of thousands of answers with random names, compression, flags and records', () => {
    const made = dnspython<Made>(['20', '3000'])
    const types = new Set<string>()
    for (const { hex, id, question, answers, edns, ...said } of made) {
      const reading = requestWithId({ ...question, ...OPTIONS }, id).read(Buffer.from(hex, 'hex'))
      if (reading.what !== 'answer' || reading.answer.service !== 'dns')
        throw new Error(`${JSON.stringify(reading)} ${hex}`)
      const { service: _, question: asked, answers: count, records: read, edns: opt, ...rest } = reading.answer
      expect(asked).toEqual(question)
      expect(rest, hex).toEqual(said)
      expect(count, hex).toBe(answers.length)
      expect(read.map(comparable), hex).toEqual(answers.map(comparable))
      expect(opt && { ...opt, errors: opt.errors.map(error => error.replace(/^(\d+)[^:]*/u, '$1')) }, hex).toEqual(
        edns === null
          ? undefined
          : { ...edns, errors: edns.errors.map(([code, text]) => (text === null ? `${code}` : `${code}: ${text}`)) },
      )
      for (const { type } of answers) types.add(type)
    }
    expect(made.length).toBe(3000)
    expect(types.size).toBe(35)
  })

  test('reads our queries as they were meant', () => {
    const names = ['example.org', 'EXAMPLE.org.', '.', String.raw`a\.b.\000\255.c`, `${'x'.repeat(63)}.example`]
    const asked = names.flatMap((name, i) =>
      [0, 512, 1232, 65_535].flatMap(bufsize =>
        [true, false].map(flag => ({
          options: {
            name,
            type: [1, 28, 255, 65_280][i % 4] ?? 1,
            class: flag ? 1 : 3,
            recurse: flag,
            dnssec: flag && bufsize > 0,
            bufsize,
            mixedCase: flag,
          },
          seed: i * 100 + bufsize,
        })),
      ),
    )
    const sent = asked.map(({ options, seed }) => dnsService(options).request(seeded(seed), ENDS).bytes)
    const read = dnspython<Read>(['queries'], sent.map(bytes => Buffer.from(bytes).toString('hex')).join('\n'))
    for (const [i, { options }] of asked.entries()) {
      const { id, name, ...rest } = read[i] ?? { id: -1, name: '' }
      expect(id).toBe(((sent[i]?.[0] ?? 0) << 8) | (sent[i]?.[1] ?? 0))
      const written = options.name.endsWith('.') ? options.name : `${options.name}.`
      expect(options.mixedCase ? name.toLowerCase() : name).toBe(options.mixedCase ? written.toLowerCase() : written)
      expect(rest).toEqual({
        type: options.type,
        class: options.class,
        opcode: 'QUERY',
        flags: options.recurse ? 'RD AD' : 'AD',
        edns: options.bufsize > 0 ? 0 : -1,
        size: options.bufsize,
        dnssecOk: options.dnssec,
        records: 0,
      })
    }
    expect(read.length).toBe(asked.length)
  })
})
