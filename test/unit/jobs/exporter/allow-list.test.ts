import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allowTargets, checkedAddress, parseAllowList } from '../../../../src/jobs/exporter/allow-list.ts'
import { parseTarget } from '../../../../src/base/target.ts'
import { attempt, refused } from '../../../helpers/refused.ts'
import { typedText } from '../../../helpers/typed-text.ts'

/** Whether a list allows a target, whose name has this address. */
function allowed(entries: readonly string[], requested: string, address?: string): boolean {
  const target = parseTarget(requested)
  return parseAllowList(entries, 'probe.allow').allows(target, address ?? target.host)
}

describe('networks', () => {
  test.each([
    ['10.0.0.7:9000', true],
    ['[::ffff:10.0.0.7]:9000', true],
    ['11.0.0.7:9000', false],
    ['10.0.0.7:1024', true],
    ['10.0.0.7:1023', false],
    ['[fd00::7]:9000', true],
    ['[fd00::7%eth0]:9000', true],
    ['[fe00::7]:9000', false],
    ['[::10.0.0.7]:9000', false],
  ])('%s: %s', (target, expected) => {
    expect(allowed(['10.0.0.0/8', 'fd00::/8'], target)).toBe(expected)
  })

  test('hold for what a name resolves to', () => {
    expect(allowed(['10.0.0.0/8'], 'edge.example:9000', '10.0.0.7')).toBe(true)
    expect(allowed(['10.0.0.0/8'], 'edge.example:9000', '192.0.2.1')).toBe(false)
    expect(allowed(['10.0.0.0/8'], 'edge.example:53', '10.0.0.7')).toBe(false)
    expect(allowed(['10.0.0.0/8'], 'edge.example:9000', 'no address')).toBe(false)
  })

  test('may be a single address', () => {
    expect(allowed(['10.0.0.7/32', 'fd00::7/128'], '10.0.0.7:9000')).toBe(true)
    expect(allowed(['10.0.0.7/32', 'fd00::7/128'], '[fd00::7]:9000')).toBe(true)
    expect(allowed(['10.0.0.7/32', 'fd00::7/128'], '10.0.0.8:9000')).toBe(false)
  })
})

describe('host:port', () => {
  test.each(['edge.example:9000', 'EDGE.Example:9000', 'edge.example.:9000'])('the name as %s', requested => {
    for (const entry of ['edge.example:9000', 'Edge.EXAMPLE.:9000'])
      expect(allowed([entry], requested, '192.0.2.1')).toBe(true)
  })

  test.each(['edge.example:9001', 'sub.edge.example:9000', 'edge.example.org:9000', 'xedge.example:9000'])(
    'not the name %s',
    requested => {
      expect(allowed(['edge.example:9000'], requested, '192.0.2.1')).toBe(false)
    },
  )

  test('a port of system services must be named', () => {
    expect(allowed(['dns.example:53'], 'dns.example:53', '192.0.2.1')).toBe(true)
    expect(allowed(['192.0.2.1:53'], '192.0.2.1:53')).toBe(true)
    expect(allowed(['192.0.2.1:53'], '192.0.2.1:54')).toBe(false)
  })

  test('an address does not stand for the names that have it', () => {
    expect(allowed(['10.0.0.7:9000'], 'edge.example:9000', '10.0.0.7')).toBe(false)
  })

  test('an address is the same in each spelling', () => {
    for (const target of ['[::ffff:10.0.0.7]:9000', '[::FFFF:a00:7]:9000', '[::ffff:10.0.0.7%eth0]:9000'])
      expect(allowed(['10.0.0.7:9000'], target)).toBe(true)
    expect(allowed(['[fd00:0:0::7]:9000'], '[FD00::0007]:9000')).toBe(true)
  })
})

describe('*.suffix:port', () => {
  test.each([
    ['a.example.org:9000', true],
    ['a.b.EXAMPLE.org.:9000', true],
    ['example.org:9000', false],
    ['aexample.org:9000', false],
    ['a.example.org.evil.test:9000', false],
    ['a.example.org:9001', false],
  ])('%s: %s', (requested, expected) => {
    expect(allowed(['*.example.org:9000'], requested, '192.0.2.1')).toBe(expected)
  })

  test('leads to no loopback address', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
      expect(allowed(['*.example.org:9000'], 'a.example.org:9000', address)).toBe(false)
    expect(allowed(['*.example.org:9000', '127.0.0.0/8'], 'a.example.org:9000', '127.0.0.1')).toBe(true)
  })

  test('is no address', () => {
    expect(allowed(['*.example:9000'], '192.0.2.1:9000')).toBe(false)
  })
})

/** Everything that an entry can allow, except single targets. */
const ALL = ['0.0.0.0/0', '::/0', '*.example:9000', '*.example:53']

describe('never', () => {
  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '::',
    '::0.0.0.0',
    '::ffff:0.0.0.0',
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    '::ffff:255.255.255.255',
    '::ffff:224.0.0.1',
    'ff02::1',
    'ff02::1%eth0',
    'ff0e::1',
    '64:ff9b::224.0.0.1',
    '64:ff9b::255.255.255.255',
    '64:ff9b::0.0.0.0',
    '2002:e000:1::1',
    '::224.0.0.1',
  ])('%s', address => {
    expect(allowed(ALL, 'a.example:9000', address)).toBe(false)
    expect(parseAllowList(ALL, 'list').allows({ host: address, port: 9000 }, address)).toBe(false)
    expect(allowTargets([{ host: address, port: 9000 }]).allows({ host: address, port: 9000 }, address)).toBe(false)
  })

  test('port 0', () => {
    const target = { host: '10.0.0.1', port: 0 }
    for (const list of [parseAllowList(ALL, 'list'), allowTargets([target])]) {
      expect(list.allows(target, '10.0.0.1')).toBe(false)
      expect(list.mayAllow(target)).toBe(false)
      expect(list.mayAllow({ host: 'a.example', port: 0 })).toBe(false)
    }
  })
})

describe('link-local', () => {
  test.each([
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:FFFF:169.254.169.254',
    '::ffff:169.254.169.254%lo',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1%eth0',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::169.254.169.254',
  ])('%s only as named', address => {
    const [networks, requested] = [parseAllowList([...ALL, '169.254.0.0/16', 'fe80::/10'], 'list'), address]
    expect(networks.allows({ host: requested, port: 9000 }, address)).toBe(false)
    expect(networks.allows({ host: 'a.example', port: 9000 }, address)).toBe(false)
    expect(allowed(['metadata.test:9000'], 'metadata.test:9000', address)).toBe(false)
    expect(
      allowed(
        [`[${address}]:9000`.replace(/^\[([\d.]+)\]/u, '$1')],
        `[${address}]:9000`.replace(/^\[([\d.]+)\]/u, '$1'),
      ),
    ).toBe(true)
  })

  test('is another one on each interface', () => {
    expect(allowed(['[fe80::1%eth0]:9000'], '[fe80::1%eth0]:9000')).toBe(true)
    expect(allowed(['[fe80::1%eth0]:9000'], '[fe80::1%eth1]:9000')).toBe(false)
    expect(allowed(['[fe80::1%eth0]:9000'], '[fe80::1]:9000')).toBe(false)
    expect(allowed(['[fe80::1]:9000'], '[fe80::1%eth0]:9000')).toBe(false)
  })
})

/** Spellings that some programs take for 127.0.0.1 or an address that is link-local. */
describe('hostile spellings', () => {
  const list = parseAllowList(['10.0.0.0/8', 'localhost:9000', '*.example.org:9000'], 'list')

  test.each(['127.1:9000', '2130706433:9000', '0x7f.1:9000', '127.0.0.01:9000', '0177.0.0.1:9000', '127.0.0.1.:9000'])(
    '%s is no target',
    text => {
      expect(attempt(() => parseTarget(text))).toHaveProperty('error')
    },
  )

  test.each([
    'localhost..:9000',
    '[::1%]:9000',
    '[::1%lo%lo]:9000',
    '[127.0.0.1]:9000',
    '[::ffff:127.1]:9000',
    'a b:9000',
    '127.0.0.1:09000x',
  ])('%s is no target', text => {
    expect(attempt(() => parseTarget(text))).toHaveProperty('error')
  })

  // The system's resolver reads these as addresses (inet_aton(3)). They are checked by what comes out.
  test.each(['0x7f000001:9000', '127.0x1:9000', '0x7f.0x1:9000'])('%s is checked as 127.0.0.1', text => {
    expect(list.allows(parseTarget(text), '127.0.0.1')).toBe(false)
  })

  test.each(['localhost.:9000', 'LOCALHOST:9000', 'LocalHost.:9000'])('%s is localhost', text => {
    expect(list.mayAllow(parseTarget(text))).toBe(true)
    expect(list.allows(parseTarget(text), '127.0.0.1')).toBe(true)
    expect(list.allows(parseTarget(text), '169.254.169.254')).toBe(false)
  })

  test.each(['[::1%lo]:9000', '[::1]:9000', '[::ffff:127.0.0.1]:9000', '[::127.0.0.1]:9000', '127.0.0.1:9000'])(
    '%s is not localhost',
    text => {
      expect(list.mayAllow(parseTarget(text))).toBe(false)
    },
  )

  // A Kelvin sign and a full-width letter, which IDNA maps to k.
  test('letters outside ASCII are other letters', () => {
    const kelvin = parseAllowList(['kilo.test:9000'], 'list')
    expect(kelvin.mayAllow({ host: '\u{212a}ilo.test', port: 9000 })).toBe(false)
    expect(kelvin.mayAllow({ host: '\u{ff4b}ilo.test', port: 9000 })).toBe(false)
  })
})

test('a name is resolved only if some address of it could be allowed', () => {
  const names = parseAllowList(['edge.example:9000', '*.example.org:9000', '10.0.0.7:9000'], 'list')
  expect(names.mayAllow({ host: 'edge.example', port: 9000 })).toBe(true)
  expect(names.mayAllow({ host: 'a.example.org', port: 9000 })).toBe(true)
  expect(names.mayAllow({ host: 'secret.evil.test', port: 9000 })).toBe(false)
  const networks = parseAllowList(['10.0.0.0/8'], 'list')
  expect(networks.mayAllow({ host: 'any.test', port: 9000 })).toBe(true)
  expect(networks.mayAllow({ host: 'any.test', port: 53 })).toBe(false)
  expect(networks.mayAllow({ host: '192.0.2.1', port: 9000 })).toBe(false)
})

test('targets alone allow themselves', () => {
  const list = allowTargets([
    parseTarget('10.0.0.7:9000'),
    parseTarget('edge.example:53'),
    parseTarget('[fe80::1%lo]:9000'),
  ])
  const verdicts = (text: string, address?: string): boolean =>
    list.allows(parseTarget(text), address ?? parseTarget(text).host)
  expect(verdicts('10.0.0.7:9000')).toBe(true)
  expect(verdicts('10.0.0.7:9001')).toBe(false)
  expect(verdicts('edge.example:53', '192.0.2.1')).toBe(true)
  expect(verdicts('[fe80::1%lo]:9000')).toBe(true)
  expect(verdicts('10.0.0.8:9000')).toBe(false)
  expect(list.mayAllow({ host: 'other.example', port: 9000 })).toBe(false)
})

test('an entry that is wrong is refused', () => {
  expect(refused(() => parseAllowList(['10.0.0.0/8', 'edge.example'], 'probe.allow'))).toBe(
    'probe.allow cannot be "edge.example": it has no port (did you mean edge.example:9000?)',
  )
})

test('any text is an entry or a usage error', () => {
  fc.assert(fc.property(typedText, text => void attempt(() => parseAllowList([text], 'list'))))
})

test.each([
  ['10.0.0.7', '10.0.0.7'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['::ffff:10.0.0.7%lo', '10.0.0.7'],
  ['::1%lo', '::1'],
  ['fd00::7', 'fd00::7'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
])('%s is used as %s', (address, used) => {
  expect(checkedAddress(address)).toBe(used)
})

describe('nothing outside the list is ever allowed', () => {
  const network4 = fc.record({ value: fc.bigInt(0n, 2n ** 32n - 1n), prefix: fc.integer({ min: 0, max: 32 }) })
  const port = fc.integer({ min: 1, max: 65_535 })

  function dotted(value: bigint): string {
    return [24n, 16n, 8n, 0n].map(shift => (value >> shift) & 255n).join('.')
  }

  function isIn(value: bigint, low: string, bits: number): boolean {
    const base = low.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
    return value >> BigInt(32 - bits) === base >> BigInt(32 - bits)
  }

  test('IPv4, and the same address mapped into IPv6', () => {
    fc.assert(
      fc.property(
        fc.array(network4, { maxLength: 4 }),
        network4,
        port,
        fc.boolean(),
        (networks, other, number, near) => {
          const first = networks[0]
          const value = near && first !== undefined ? first.value ^ (other.value & 7n) : other.value
          const entries = networks.map(each => `${dotted(each.value)}/${each.prefix}`)
          const inside = networks.some(
            each => value >> BigInt(32 - each.prefix) === each.value >> BigInt(32 - each.prefix),
          )
          const special = isIn(value, '0.0.0.0', 8) || isIn(value, '224.0.0.0', 4) || isIn(value, '169.254.0.0', 16)
          const expected = inside && !special && value !== 2n ** 32n - 1n && number >= 1024
          const hex = value.toString(16).padStart(8, '0')
          for (const address of [
            dotted(value),
            `::ffff:${dotted(value)}`,
            `::ffff:${hex.slice(0, 4)}:${hex.slice(4)}%lo`,
          ])
            expect(parseAllowList(entries, 'list').allows({ host: address, port: number }, address)).toBe(expected)
        },
      ),
    )
  })

  test('an address that is in no entry, whatever the name', () => {
    const label = fc.stringMatching(/^[a-z\d]{1,8}$/u)
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 4 }),
        port,
        fc.bigInt(0n, 2n ** 32n - 1n),
        (labels, number, value) => {
          const list = parseAllowList(['10.0.0.0/8', 'edge.example:9000', '*.example.org:9000', '192.0.2.1:53'], 'list')
          const host = `${labels.join('.')}.test`
          expect(list.allows({ host, port: number }, dotted(value))).toBe(isIn(value, '10.0.0.0', 8) && number >= 1024)
        },
      ),
    )
  })
})
