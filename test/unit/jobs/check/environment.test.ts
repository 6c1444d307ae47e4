import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withEnvironment } from '../../../../src/jobs/check/environment.ts'
import { planSuite, type SuitePlan } from '../../../../src/jobs/check/suite-plan.ts'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { failure } from '../../../helpers/refused.ts'

const ENVIRONMENT = { HOST: '127.0.0.1', PORT: '9000', EMPTY: '', TOKEN: 'hunter2"x', lower_1: 'l', X: undefined }

function expanded(text: string): unknown {
  const { value, mistakes } = withEnvironment([text], ENVIRONMENT)
  expect(mistakes).toEqual([])
  return (value as readonly unknown[])[0]
}

function plan(text: string): SuitePlan {
  return planSuite(readYaml('c.yaml', text), { environment: ENVIRONMENT })
}

describe('texts', () => {
  test.each([
    ['${env:HOST}', '127.0.0.1'],
    ['${env:HOST}:${env:PORT}', '127.0.0.1:9000'],
    ['a${env:EMPTY}b', 'ab'],
    ['${env:lower_1}', 'l'],
    ['${env:NONE:-x:-y}', 'x:-y'],
    ['${env:NONE:-}', ''],
    ['${env:EMPTY:-used}', 'used'],
    ['${env:HOST:-unused}', '127.0.0.1'],
    ['$${env:HOST}', '${env:HOST}'],
    ['$$${env:PORT}', '$9000'],
    ['$$$${env:PORT}', '$${env:PORT}'],
    ['$HOST ${HOST} {env:HOST} $$ $(env:HOST) ${ENV:HOST} $', '$HOST ${HOST} {env:HOST} $$ $(env:HOST) ${ENV:HOST} $'],
    ['$${env:', '${env:'],
  ])('%s', (text, right) => expect(expanded(text)).toBe(right))

  test('without a reference never change', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const value = text.replaceAll('{env:', '')
        expect(expanded(value)).toBe(value)
      }),
    )
  })

  test('of the environment are not read again', () => {
    expect(withEnvironment('${env:A}', { A: '${env:B}', B: 'x' }).value).toBe('${env:B}')
  })

  test('are everywhere in a file, and values of the environment stay texts', () => {
    const { checks } = plan(`
targets: { server: "\${env:HOST}:\${env:PORT}" }
defaults: { timeout: "\${env:T:-2s}" }
checks:
  - { name: "on port \${env:PORT}", target: server, count: "\${env:N:-7}", tags: ["\${env:lower_1}"], expect: ["loss<\${env:MOST:-1%}"] }
`)
    expect(checks).toMatchObject([
      { name: 'on port 9000', target: 'server', tags: ['l'], plan: { expected: 'loss<1%', total: 7 } },
    ])
  })

  test('also of a module, whatever it has besides', () => {
    const circle: Record<string, unknown> = { text: '${env:PORT}', big: 5n, date: new Date(0) }
    circle['self'] = circle
    const { value } = withEnvironment(circle, ENVIRONMENT)
    expect(value).toMatchObject({ text: '9000', big: 5n, date: new Date(0) })
  })
})

describe('mistakes', () => {
  const one = (check: string): string => `checks:\n  - name: a\n    ${check}`

  test.each<readonly [string, string, string | RegExp]>([
    [
      'target: ${env:HSOT}',
      '3:13: the environment has no variable HSOT',
      /^set HSOT, or write a default: \$\{env:HSOT:-…\}; there is HOST$/u,
    ],
    ['target: ${env:X}', '3:13: the environment has no variable X', /set X/u],
    ['target: "${env:}"', '3:13: "" is no name of a variable', /write/u],
    ['target: "${env:A-B}"', '3:13: "A-B" is no name of a variable', /write/u],
    ['target: "${env:A:b}"', '3:13: "A:b" is no name of a variable', /write/u],
    ['target: "${env:HOST"', '3:13: there is no } after "${env:HOST"', /write/u],
    ['"${env:HOST}": 1', '3:5: a key has no variables', /write its text/u],
    ['serve: {}\n    receipts: ${env:PORT}', '4:15: receipts cannot be "${env:PORT}": it is true or false', ''],
    ['serve: {}\n    count: ${env:TOKEN}', '4:12: count cannot be "${env:TOKEN}": it is not a whole number', ''],
    ['target: ${env:HOST}:99999', '3:13: target cannot be "127.0.0.1:99999"', ''],
  ])('%s', (check, message, hint) => {
    const { message: told, hint: meant = '' } = failure(() => plan(one(check)))
    expect(told).toContain(`c.yaml:${message}`)
    expect(`${told} ${meant}`).not.toContain('hunter2')
    if (typeof hint === 'string') expect(meant).toContain(hint)
    else expect(meant).toMatch(hint)
  })
})
