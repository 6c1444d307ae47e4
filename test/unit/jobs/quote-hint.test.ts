import { describe, expect, test } from 'vitest'
import { planSuite } from '../../../src/jobs/check/suite-plan.ts'
import { readYaml } from '../../../src/jobs/yaml-source.ts'
import { failure } from '../../helpers/refused.ts'

const HINT = "put the expectation in quotes: 'reply=~/[0-9]+/'"

/** The hint for a file with this check. */
function hintOf(check: string): string | undefined {
  return failure(() => planSuite(readYaml('c.yaml', `checks:\n${check}`))).hint
}

describe('an expectation that needs quotes', () => {
  test.each([
    '  - name: a\n    serve: {}\n    expect: reply=~/a: b/',
    '  - name: a\n    serve: {}\n    expect: reply==a: b',
    '  - name: a\n    serve: {}\n    expect: reply=~/a #b/',
    '  - name: a\n    serve: {}\n    expect: [reply=~/[0-9]+/]',
    '  - name: a\n    serve: {}\n    expect: [loss==0, reply!~/a{2,3}/]',
    '  - name: a\n    serve: {}\n    expect: [reply=~/a{2/]',
    '  - name: a\n    serve: {}\n    expect: [reply=~/}/]',
    '  - name: a\n    serve: {}\n    expect: [reply=~/a,b/]',
    '  - name: a\n    serve: {}\n    expect: [reply=~/a #b/]\n    count: 3',
    '  - name: a\n    serve: {}\n    expect:\n      - reply=~/a: b/',
    '  - name: a\n    serve: {}\n    expect:\n      - loss==0\n      - reply==a: b',
    '  - { name: a, serve: {}, expect: reply=~/a,b/ }',
    '  - { name: a, serve: {}, expect: reply=~/[a]/ }',
    '  - { name: a, serve: {}, expect: dns.rcode!~/a: b/ }',
    '  - { name: a, serve: {}, expect: [reply=~/a: b/] }',
  ])('%s', check => expect(hintOf(check)).toBe(HINT))
})

describe('another mistake beside a regular expression keeps its hint', () => {
  test.each([
    ["  - { name: a, serve: {}, expect: 'reply=~/[a]/', cuont: 3 }", 'did you mean count?'],
    ['  - { name: a, serve: {}, expect: [loss==0, lossy<1%] }', 'did you mean loss?'],
    ['  - { name: a, serve: {}, cuont: 3, expect: [reply=~/abc/, loss==0] }', 'did you mean count?'],
    ['  - { name: a, serve: {}, expect: "rtt.p99<20" ]', undefined],
  ])('%s', (check, hint) => expect(hintOf(check)).toBe(hint))
})

test('a variable of the environment in a list of one line', () => {
  expect(hintOf('  - { name: a, target: ${env:HOST} }')).toBe('put the text with ${env:…} in quotes')
})
