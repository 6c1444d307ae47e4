import { describe, expect, test } from 'vitest'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { planSuite, type SuitePlan } from '../../../../src/jobs/check/suite-plan.ts'
import { failure } from '../../../helpers/refused.ts'

function plan(text: string): SuitePlan {
  return planSuite(readYaml('net/udptool.yaml', text))
}

describe('a file', () => {
  const suite = plan(`
parallel: 2
targets: { lan: "10.0.0.7:9001" }
defaults: { count: 50, interval: 10ms, target: lan, tags: quick }
checks:
  - name: echo is whole
    sizes: [64, 1472, 4000]
    clients: 4
    expect: ["loss==0", "rtt.p99<20ms"]
  - name: Echo, is whole!
    serve: { mode: echo, recvSize: 1024 }
    size: 4000
    count: 3
    level: warn
    retryFor: 30s
    tags: [cut, own]
`)

  test('becomes a plan: names, places, levels, defaults', () => {
    expect(suite.parallel).toBe(2)
    expect(suite.checks).toMatchObject([
      {
        id: 'echo-is-whole',
        name: 'echo is whole',
        level: 'error',
        tags: ['quick'],
        retryFor: 0,
        target: 'lan',
        place: { file: 'net/udptool.yaml', line: 6, column: 11 },
        plan: { expected: 'loss==0, rtt.p99<20ms', total: 200 },
      },
      {
        id: 'echo-is-whole-2',
        level: 'warn',
        tags: ['cut', 'own'],
        retryFor: 30e9,
        place: { line: 10, column: 11 },
        serve: { respond: { mode: 'echo' }, sockets: { port: 0, recvSize: 1024 } },
        plan: { expected: 'an intact reply', total: 3 },
      },
    ])
  })

  test('a server of a check replaces the target of the defaults', () => {
    expect(suite.checks[1]).not.toHaveProperty('target')
    expect(suite.checks[0]).not.toHaveProperty('serve')
  })

  test('may be JSON, also with tabs', () => {
    expect(plan('{\n\t"checks": [\n\t\t{ "name": "a", "serve": {} }\n\t]\n}').checks).toHaveLength(1)
  })

  test.each([
    ['defaults: { interval: 5ms }\nchecks: [{ name: a, serve: {}, rate: 100pps }]'],
    ['defaults: { tos: 184 }\nchecks: [{ name: a, serve: {}, dscp: ef }]'],
    ['defaults: { size: 64 }\nchecks: [{ name: a, serve: {}, sizes: [1, 2] }]'],
    ['defaults: { serve: {} }\nchecks: [{ name: a, target: "127.0.0.1" }]'],
  ])('what a check says replaces defaults that it excludes: %s', text => {
    expect(plan(text).checks).toHaveLength(1)
  })
})

describe('a mistake is reported with line, column and the likely correction', () => {
  test.each([
    ['checks:\n  - name: a\n    serve: {}\n    cuont: 5', '4:5: there is no key "cuont"', 'did you mean count?'],
    ['checks: [{ name: a, serve: { recv-size: 9 } }]', '1:30: there is no key "recv-size"', 'did you mean recvSize?'],
    ['defualts: {}\nchecks: [{ name: a, serve: {} }]', '1:1: there is no key "defualts"', 'did you mean defaults?'],
    [
      'defaults: { wait-for: 1s }\nchecks: [{ name: a, serve: {} }]',
      '1:13: there is no key "wait-for"',
      'did you mean waitFor?',
    ],
    ['checks: [{ name: a, to: 127.0.0.1 }]', '1:21: there is no key "to"', 'did you mean target?'],
    ['checks: [{ name: a, serve: {}, zzz: 1 }]', '1:32: there is no key "zzz"', /^the keys here are name, run, /u],
    ['checks: [{ name: a, serve: {}, count: x }]', '1:39: count cannot be "x"', 'write 10 or 10k'],
    ['checks: [{ name: a, serve: {}, count: [1] }]', '1:39: count cannot be [1]: it is one text or number', undefined],
    ['checks: [{ name: a, serve: {}, interval: 10 }]', '1:42: interval cannot be "10": the unit is missing', /10ms/u],
    ['checks: [{ name: a, serve: {}, receipts: no }]', '1:42: receipts cannot be "no": it is true or false', undefined],
    [
      'checks: [{ name: a, serve: {}, expect: ["loss==0", "lossy<1%"] }]',
      '1:52: the expectation cannot be "lossy<1%"',
      'did you mean loss?',
    ],
    ['checks: [{ name: a, serve: {}, expect: "rtt.p99<20" }]', '1:40: the value of "rtt.p99<20" cannot be "20"', /ms/u],
    ['checks: [{ name: a, serve: { mode: uper } }]', '1:36: mode cannot be "uper"', 'did you mean upper?'],
    ['checks: [{ name: a, serve: {}, sizes: [64, x, 9] }]', '1:44: size cannot be "x"', /4000/u],
    ['checks: [{ name: a, serve: { allow: [10.0.0.0/8, x] } }]', '1:50: allow cannot be "x"', /10\.0\.0\.0/u],
    ['checks: [{ name: a, serve: { host: 0.0.0.0 } }]', '1:36: host 0.0.0.0 needs public', /add public/u],
    [
      'checks: [{ name: a, serve: {}, baseline: ../package.json }]',
      '1:42: the file ../package.json is outside',
      'move it there, or allow it with --allow-files',
    ],
    ['checks: [{ name: a, serve: {}, level: wran }]', '1:39: level cannot be "wran": it is error or warn', undefined],
    ['checks: [{ name: a, serve: {}, run: sned }]', '1:37: run cannot be "sned"', 'did you mean send?'],
    ['checks: [{ name: a, serve: {}, run: mut }]', '1:37: run cannot be "mut"', 'did you mean mtu?'],
    [
      'checks: [{ name: a, serve: {}, run: mtu, count: 3 }]',
      '1:42: there is no key "count" for what this check runs',
      'count is a key of run: send, sweep, stamp and message',
    ],
    [
      'checks: [{ name: a, serve: {}, run: sweep, clients: 3 }]',
      '1:44: there is no key "clients" for',
      'clients is a key of run: send, stamp and rate',
    ],
    ['checks: [{ name: a, serve: {}, retryFor: 5 }]', '1:42: retryFor cannot be "5"', /5s/u],
    ['checks: [{ name: a, serve: {}, waitFor: soon }]', '1:41: waitFor cannot be "soon"', /write/u],
    ['checks: [{ name: a, target: "127.0.0.1:99999" }]', '1:29: target cannot be "127.0.0.1:99999"', /9000/u],
    ['targets: { x: "1.2.3.4:0" }\nchecks: [{ name: a, target: x }]', '1:15: x cannot be "1.2.3.4:0"', /9000/u],
    [
      'checks: [{ name: a, serve: {}, rate: 1pps, interval: 1s }]',
      '1:10: interval and rate both set the pace',
      /leave/u,
    ],
    ['checks: [{ name: a, serve: {}, size: 1, sizes: 2 }]', '1:41: size and sizes are the same', /leave/u],
    ['checks: [{ name: a, serve: {}, target: x }]', '1:21: target and serve both say who answers', /leave/u],
    ['checks: [{ name: a }]', '1:10: the check says neither target nor serve', /write target/u],
    ['checks: [{ serve: {} }]', '1:10: name is missing', /write name/u],
    ['checks: [{ name: a, serve: {} }, { name: a, serve: {} }]', '1:42: two checks are called "a"', undefined],
    ['checks: []', '1:9: checks cannot be []: it has no check', undefined],
    ['checks: 5', '1:9: checks cannot be 5', undefined],
    ['checks: [text]', '1:10: this cannot be "text": a check is a list of keys', undefined],
    ['parallel: 0\nchecks: [{ name: a, serve: {} }]', '1:11: parallel cannot be 0', /write/u],
    ['', '1:1: the file is empty', /check\.md/u],
    ['{ checks: [', '1:12: ', undefined],
    ['a: 1\na: 2\nchecks: []', '2:1: the key "a" is there twice', undefined],
  ])('%s', (text, message, hint) => {
    const { code, message: said, hint: meant } = failure(() => plan(text))
    expect(code).toBe('usage')
    expect(said).toContain(`net/udptool.yaml:${message}`)
    if (hint === undefined) return
    if (typeof hint === 'string') expect(meant).toBe(hint)
    else expect(meant).toMatch(hint)
  })

  test('the first mistake with its place, and the number of others; one in the defaults counts once', () => {
    const text = 'defaults: { count: x }\nchecks: [{ name: a, serve: {} }, { name: b, serve: {}, burst: y }]'
    expect(failure(() => plan(text)).message).toContain(
      'net/udptool.yaml:1:20: count cannot be "x": it is not a whole number (and 1 more mistake)',
    )
  })

  test('the line is shown with the column of the mistake', () => {
    expect(failure(() => plan('checks:\n  - name: a\n    cuont: 5')).excerpt).toEqual({
      text: '    cuont: 5',
      column: 4,
    })
  })
})

describe('runs', () => {
  const suite = plan(`
defaults: { count: 7, clients: 2, serve: {} }
checks:
  - { name: s, run: send }
  - { name: w, run: sweep, sizes: [100, 200], expect: "maxIntactSize>=200" }
  - { name: m, run: mtu, expect: mtu>=1280 }
`)

  test('each kind uses the defaults that it knows', () => {
    expect(suite.checks.map(({ plan: { expected, total } }) => [expected, total])).toEqual([
      ['an intact reply', 14],
      ['maxIntactSize>=200', undefined],
      ['mtu>=1280', undefined],
    ])
  })
})

test('options that depend on each other are parsed together', () => {
  expect(plan('checks: [{ name: a, serve: { host: 0.0.0.0, public: true } }]').checks).toHaveLength(1)
})

test('aliases that expand exponentially are refused', () => {
  const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`)
  const { code, message } = failure(() => plan(`l0: &l0 x\n${levels.join('\n')}\nchecks: []`))
  expect(code).toBe('usage')
  expect(message).toMatch(/alias/iu)
})
